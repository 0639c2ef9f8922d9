import type { Labels } from '#libs/kernel';
import { FORM_COLUMNS, type Figures, type ReportKey, type ReportLine } from './figures.js';
import { periodLabel } from './periods.js';
import type { ProvisionalReason, QuarterReport } from './report.js';
import { clip, drawTable, numberFormat } from './text-table.js';

export type Language = keyof Labels;

/** The form's column names, in the three languages; `|` breaks the line. The Khmer ones are ours and unchecked. */
const COLUMN_LABELS: Record<keyof Figures, Labels> = {
  toSettle: { vi: 'Tổng số|tiếp nhận', en: 'to|settle', km: 'សរុប' },
  received: { vi: 'Trong|kỳ', en: 'received', km: 'ទទួល' },
  receivedOnline: { vi: 'Trực|tuyến', en: 'online', km: 'អនឡាញ' },
  receivedCounterOrPost: { vi: 'Trực tiếp,|bưu chính', en: 'counter|or post', km: 'បញ្ជរ|ប្រៃសណីយ៍' },
  carriedOver: { vi: 'Từ kỳ|trước', en: 'carried|over', km: 'ពីមុន' },
  resolved: { vi: 'Đã giải|quyết', en: 'resolved', km: 'ដោះស្រាយ|រួច' },
  resolvedBefore: { vi: 'Trước|hạn', en: 'before|time', km: 'មុន|កំណត់' },
  resolvedOnTime: { vi: 'Đúng|hạn', en: 'on|time', km: 'ទាន់|ពេល' },
  resolvedOverdue: { vi: 'Quá|hạn', en: 'overdue', km: 'ហួស|កំណត់' },
  inProcess: { vi: 'Đang giải|quyết', en: 'in|process', km: 'កំពុង|ដំណើរការ' },
  inProcessInTime: { vi: 'Trong|hạn', en: 'in|time', km: 'ក្នុង|កំណត់' },
  inProcessOverdue: { vi: 'Quá|hạn', en: 'overdue', km: 'ហួស|កំណត់' },
};

const KEY_LABELS: Record<ReportKey, Labels> = {
  level: { vi: 'Cấp', en: 'Level', km: 'កម្រិត' },
  unit: { vi: 'Đơn vị', en: 'Unit', km: 'អង្គភាព' },
  sector: { vi: 'Lĩnh vực', en: 'Sector', km: 'វិស័យ' },
  procedure: { vi: 'Thủ tục', en: 'Procedure', km: 'នីតិវិធី' },
  channel: { vi: 'Hình thức nộp', en: 'Channel', km: 'មធ្យោបាយដាក់' },
};

const REASONS: Record<ProvisionalReason, Labels> = {
  periodRuns: { vi: 'kỳ báo cáo chưa kết thúc', en: 'the period still runs', km: 'រយៈពេលមិនទាន់ចប់' },
  followerLags: {
    vi: 'còn sự kiện chưa được tính',
    en: 'the log holds events that are not counted yet',
    km: 'នៅមានព្រឹត្តិការណ៍មិនទាន់រាប់',
  },
  alarmsPending: {
    vi: 'có hạn đã qua mà chưa được ghi nhận quá hạn',
    en: 'a deadline has passed whose alarm is not recorded yet',
    km: 'មានកាលកំណត់ហួសដែលមិនទាន់កត់ត្រា',
  },
};

/** Says which form the columns are, and that it is applied backwards where it is. */
export function formNote(report: Pick<QuarterReport, 'form'>): Labels {
  const { code, circular, appliedBackwards } = report.form;
  const note = {
    vi: `Các cột theo biểu mẫu ${code} (Thông tư ${circular})`,
    en: `Columns of form ${code} (Circular ${circular})`,
    km: `ជួរឈរតាមទម្រង់ ${code} (សារាចរ ${circular})`,
  };
  if (!appliedBackwards) return note;
  return {
    vi: `${note.vi}, áp dụng ngược cho kỳ trước khi có biểu mẫu (10/2020)`,
    en: `${note.en}, applied backwards: the period is older than the form (October 2020)`,
    km: `${note.km} អនុវត្តថយក្រោយ៖ រយៈពេលនេះមុនទម្រង់ (តុលា 2020)`,
  };
}

const PROVISIONAL: Labels = { vi: 'SỐ LIỆU TẠM TÍNH', en: 'PROVISIONAL', km: 'បណ្តោះអាសន្ន' };
const BROKEN: Labels = { vi: 'KHÔNG KHỚP', en: 'DOES NOT HOLD', km: 'មិនត្រូវគ្នា' };

const LONGEST_LABEL = 40;

/**
 * The report as text for a terminal: heading, one row a line, the total, and on each row the form's identity
 * 3 = 7 + 11 with its numbers and whether it holds. Ends with a newline.
 */
export function formatQuarterTable(report: QuarterReport, options: { language?: Language } = {}): string {
  const language = options.language ?? 'en';
  const n = numberFormat(language);
  const check = ({ identity: i }: ReportLine): string => {
    const sum = `${n(i.toSettle)} ${i.toSettle === i.resolved + i.inProcess ? '=' : '≠'} ${n(i.resolved)} + ${n(i.inProcess)}`;
    if (i.holds) return `${sum} ✓`;
    const negative = FORM_COLUMNS.filter(({ name }) => i.negative.includes(name)).map(
      ({ no }) => `(${no}) < 0`,
    );
    return [`${sum} ✗ ${BROKEN[language]}`, ...negative].join(' ');
  };

  const rows = [...report.lines, report.total];
  const name = (line: ReportLine): string => {
    const label = line.label[language];
    const coded = (report.by === 'unit' || report.by === 'procedure') && line !== report.total;
    return clip(coded ? `${line.key} ${label}` : label, LONGEST_LABEL);
  };
  const body = rows.map((line) => [name(line), ...FORM_COLUMNS.map((c) => n(line[c.name])), check(line)]);
  const words = FORM_COLUMNS.map((c) => COLUMN_LABELS[c.name][language].split('|'));
  const head = [
    ['', ...words.map((w) => (w.length > 1 ? w[0]! : '')), ''],
    [KEY_LABELS[report.by][language], ...words.map((w) => w.at(-1)!), ''],
    ['', ...FORM_COLUMNS.map((c) => `(${c.no})`), '(3) = (7) + (11)'],
  ];
  return [
    periodLabel(report.period)[language],
    formNote(report)[language],
    ...(report.provisional
      ? [
          `${PROVISIONAL[language]}: ${report.provisionalBecause.map((reason) => REASONS[reason][language]).join('; ')}`,
        ]
      : []),
    '',
    ...drawTable(head, body, new Set([0, head[0]!.length - 1])),
    '',
  ].join('\n');
}
