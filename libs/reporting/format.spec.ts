import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatQuarterCsv } from './csv.js';
import { type Counts, FORM_COLUMNS, NO_COUNTS, addCounts, lineOf } from './figures.js';
import { formatQuarterTable } from './format.js';
import { FORM_CIRCULAR, type QuarterReport } from './report.js';

const label = (name: string): { vi: string; en: string; km: string } => ({ vi: name, en: name, km: name });

function report(
  lines: [name: string, counts: Partial<Counts>][],
  more: Partial<QuarterReport> = {},
): QuarterReport {
  const counts = lines.map(([, some]): Counts => ({ ...NO_COUNTS, ...some }));
  const made = lines.map(([name], i) => lineOf(name, label(name), counts[i]!));
  const total = lineOf('total', { vi: 'Tổng cộng', en: 'Total', km: 'សរុប' }, addCounts(counts));
  return {
    period: { code: '2019Q2', rule: 'from-15th', from: '2019-03-15', until: '2019-06-15' },
    by: 'level',
    form: { code: 'II.06a', circular: FORM_CIRCULAR, columns: FORM_COLUMNS, appliedBackwards: true },
    lines: made,
    total,
    identityHolds: [...made, total].every((line) => line.identity.holds),
    knownAt: '2026-11-20T01:00:00.000Z',
    source: 'cells',
    asOfPosition: { epoch: 1, xid: '9', seq: 9 },
    lag: 0,
    provisional: false,
    provisionalBecause: [],
    ...more,
  };
}

const TRA_VINH = report([
  [
    'province',
    {
      receivedOnline: 195,
      receivedCounterOrPost: 4556,
      resolvedBefore: 4000,
      resolvedOnTime: 651,
      inProcess: 100,
    },
  ],
  [
    'commune',
    {
      receivedOnline: 1000,
      receivedCounterOrPost: 33000,
      resolvedOnTime: 33933,
      inProcess: 67,
      inProcessOverdue: 7,
    },
  ],
]);

test('the table says which form its columns are and that it is applied backwards', () => {
  assert.match(
    formatQuarterTable(TRA_VINH),
    /form II\.06a \(Circular 01\/2020\/TT-VPCP\), applied backwards/,
  );
  assert.match(
    formatQuarterTable(TRA_VINH, { language: 'vi' }),
    /biểu mẫu II\.06a \(Thông tư 01\/2020\/TT-VPCP\), áp dụng ngược/,
  );
  const today = report([], { form: { ...TRA_VINH.form, appliedBackwards: false } });
  assert.doesNotMatch(formatQuarterTable(today), /backwards/);
});

test('each line and the total show the identity with their own numbers', () => {
  const text = formatQuarterTable(TRA_VINH);
  assert.match(text, /^province .* 4,751 = 4,651 \+ 100 ✓$/m);
  assert.match(text, /^commune .* 34,000 = 33,933 \+ 67 ✓$/m);
  assert.match(text, /^Total .* 38,751 = 38,584 \+ 167 ✓$/m);
  assert.match(text, /\(3\) +\(4\) +\(5\) +\(6\) +\(7\) +\(8\) +\(9\) +\(10\) +\(11\) +\(12\) +\(13\)/);
});

test('a broken identity is printed as broken, with its numbers as they are', () => {
  const broken = report([['province', { receivedOnline: 779, resolvedOnTime: 780, inProcess: -1 }]]);
  const text = formatQuarterTable(broken);
  assert.equal(broken.identityHolds, false);
  assert.match(text, /779 = 780 \+ -1 ✗ DOES NOT HOLD \(11\) < 0 \(12\) < 0/);
  assert.match(formatQuarterTable(report([['x', { receivedOnline: 2 }]])), /2 ≠ 0 \+ 0 ✗ DOES NOT HOLD/);
});

test('a provisional report says so and why, in the reader’s language', () => {
  const running = report([], { provisional: true, provisionalBecause: ['periodRuns', 'followerLags'] });
  assert.match(formatQuarterTable(running), /^PROVISIONAL: the period still runs; the log holds events/m);
  assert.match(
    formatQuarterTable(running, { language: 'vi' }),
    /^SỐ LIỆU TẠM TÍNH: kỳ báo cáo chưa kết thúc/m,
  );
});

test('columns stand under each other in Vietnamese, whose letters are composed or not', () => {
  const decomposed = report([['Cấp tỉnh'.normalize('NFD'), { receivedOnline: 1, inProcess: 1 }], ['Cap', { receivedOnline: 1, inProcess: 1 }]]); // prettier-ignore
  const rows = formatQuarterTable(decomposed, { language: 'vi' })
    .split('\n')
    .filter((row) => row.endsWith('✓'));
  assert.equal(new Set(rows.map((row) => row.indexOf('=')).values()).size, 1);
});

test('the CSV has the numbered columns, the total last, and commas and quotes in names escaped', () => {
  const csv = formatQuarterCsv(report([['Xã "A", B', { receivedOnline: 1, inProcess: 1 }]]));
  const rows = csv.trimEnd().split('\r\n');
  assert.equal(
    rows[0],
    'level,name,3_toSettle,4_receivedOnline,5_receivedCounterOrPost,6_carriedOver,7_resolved,8_resolvedBefore,' +
      '9_resolvedOnTime,10_resolvedOverdue,11_inProcess,12_inProcessInTime,13_inProcessOverdue,3=7+11,provisional',
  );
  assert.equal(rows[1], '"Xã ""A"", B","Xã ""A"", B",1,1,0,0,0,0,0,0,1,1,0,holds,false');
  assert.equal(rows[2], 'total,Total,1,1,0,0,0,0,0,0,1,1,0,holds,false');
});

test('a name that a spreadsheet would run as a formula is made inert, and a negative figure stays a number', () => {
  const csv = formatQuarterCsv(report([['=HYPERLINK("x")', { resolvedOnTime: 1, inProcess: -1 }]]));
  assert.match(csv, /"'=HYPERLINK\(""x""\)"/);
  assert.match(csv, /,-1,-1,0,broken,/);
});
