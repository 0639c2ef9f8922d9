import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COUNTER, HEAD, POST, UNIT, assertProblem, startBench, type Answer, type Bench } from './support.js';

const AUDITOR = `auditor-1@${UNIT.province}`;
const SUPERVISOR = `supervisor-1@${UNIT.district}`;
const ELSEWHERE = `supervisor-1@${UNIT.department}`;
const APPLICANT = {
  name: 'Nguyễn Văn An',
  paperNumber: '084099000001',
  address: '12 Lê Lợi, Xã Đầm Sen, Trà Vinh',
  phone: '0900000001',
  email: 'an@example.vn',
};
const REASON = 'Đối chiếu với đơn khiếu nại';

interface Entry {
  at: string;
  person: number;
  officer: string;
  by: string | null;
  what: string;
  reason: string | null;
  dossiers: string[];
}

let bench: Bench;
let code: string;
let other: string;
before(async () => {
  bench = await startBench();
  code = await bench.file({ applicant: APPLICANT });
  other = await bench.file();
});
after(() => bench.close());

const reveal = (officer: string | null, of = code, body: unknown = { reason: REASON }): Promise<Answer> =>
  bench.call('POST', `/api/v1/dossiers/${of}/applicant`, { officer, body, key: null });
const get = (path: string, officer: string | null = AUDITOR): Promise<Answer> =>
  bench.call('GET', `/api/v1${path}`, { officer });
async function log(query = ''): Promise<{ items: Entry[]; next: string | null }> {
  const answer = await get(`/access-log${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json as unknown as { items: Entry[]; next: string | null };
}

describe('POST /dossiers/{code}/applicant', () => {
  it('shows a supervisor, for a reason, what a look shows masked, and writes both down', async () => {
    const masked = await get(`/dossiers/${code}`, SUPERVISOR);
    assert.equal(masked.status, 200, masked.text);
    assert.equal((masked.json.applicant as { masked: boolean }).masked, true);
    for (const value of Object.values(APPLICANT)) assert.ok(!masked.text.includes(value), value);

    const shown = await reveal(SUPERVISOR);
    assert.equal(shown.status, 200, shown.text);
    assert.deepEqual(shown.json, { ...APPLICANT, revision: 1, masked: false });
    const [last] = (await log()).items;
    const { officer, by, what, reason, dossiers } = last!;
    assert.deepEqual([officer, by, what, reason, dossiers], [SUPERVISOR, null, 'reveal', REASON, [code]]);
    assert.ok(last!.person > 0);
  });

  it('wants a reason, in the body and nowhere else', async () => {
    const before = (await log()).items.length;
    assertProblem(await reveal(SUPERVISOR, code, {}), 422, 'field_required', 'reason');
    assertProblem(await reveal(SUPERVISOR, code, { reason: '  ' }), 422, 'field_required', 'reason');
    assertProblem(await reveal(SUPERVISOR, code, { reason: 'a\0b' }), 422, 'control_characters', 'reason');
    const addressed = `/api/v1/dossiers/${code}/applicant?reason=x`;
    const asked = await bench.call('POST', addressed, { officer: SUPERVISOR, body: { reason: REASON } });
    assert.equal(asked.status, 400, asked.text);
    assert.equal((await log()).items.length, before);
  });

  it('is for nobody else: not who works on dossiers, not the auditor, and nobody from elsewhere', async () => {
    const before = (await log()).items.length;
    for (const officer of [COUNTER, HEAD, POST, AUDITOR])
      assertProblem(await reveal(officer), 403, 'not_your_role');
    assertProblem(await reveal(null), 401, 'not_signed_in');
    assertProblem(await reveal(ELSEWHERE), 404, 'unknown_dossier');
    const never = await reveal(SUPERVISOR, `${UNIT.commune}-190318-9999`);
    assertProblem(never, 404, 'unknown_dossier');
    assert.equal((await log()).items.length, before);
  });
});

describe('GET /access-log', () => {
  const begun = '2019-03-19T02:00:00.000Z';
  before(async () => {
    bench.clock.moveTo(begun);
    await get(`/dossiers/${code}`, COUNTER);
    await get(`/dossiers/${other}`, HEAD);
    await get('/dossiers', HEAD);
    await bench.call('POST', '/api/v1/dossiers/search', {
      officer: HEAD,
      body: { text: 'nguyen' },
      key: null,
    });
  });
  const told = ({ items }: { items: Entry[] }): string[] =>
    items.map(({ what, officer, dossiers }) => `${what} ${officer} ${dossiers.toSorted().join(' ')}`);
  const both = (): string => [code, other].toSorted().join(' ');

  it('tells the auditor who looked at what, the newest first, and no applicant’s data', async () => {
    const page = await log(`?from=${begun}`);
    assert.deepEqual(told(page), [
      `search ${HEAD} ${both()}`,
      `list ${HEAD} ${both()}`,
      `view ${HEAD} ${other}`,
      `view ${COUNTER} ${code}`,
    ]);
    assert.ok(page.items.every(({ at }) => at >= begun));
    const text = JSON.stringify(page);
    for (const value of Object.values(APPLICANT)) assert.ok(!text.includes(value), value);
    assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/, 'an id that stays inside');
  });

  it('is narrowed by dossier, by position and by time', async () => {
    const of = await log(`?from=${begun}&dossier=${other}`);
    assert.deepEqual(
      of.items.map(({ what }) => what),
      ['search', 'list', 'view'],
    );
    assert.deepEqual(told(await log(`?from=${begun}&officer=${COUNTER}`)), [`view ${COUNTER} ${code}`]);
    assert.deepEqual((await log(`?from=2019-03-20T00:00:00Z`)).items, []);
    assert.ok((await log(`?until=${begun}`)).items.every(({ at }) => at < begun));
    assert.deepEqual((await log(`?dossier=${UNIT.commune}-190318-9999`)).items, []);
  });

  it('has pages that are together the whole', async () => {
    const whole = (await log()).items;
    const seen: Entry[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Entry[]; next: string | null } = await log(
        `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen, whole);
  });

  it('refuses what it does not understand, and whoever is no auditor', async () => {
    for (const [query, code, field] of [
      ['?limit=0', 'number_out_of_range', 'limit'],
      ['?cursor=x', 'cursor_not_understood', 'cursor'],
      ['?from=yesterday', 'moment_not_understood', 'from'],
      ['?name=An', 'unknown_field', 'name'],
    ] as const)
      assertProblem(await get(`/access-log${query}`), 400, code, field);
    for (const officer of [COUNTER, SUPERVISOR, `administrator-1@${UNIT.province}`])
      assertProblem(await get('/access-log', officer), 403, 'not_your_role');
    assertProblem(await get('/access-log', null), 401, 'not_signed_in');
  });
});
