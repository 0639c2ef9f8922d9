import type { Labels } from '#libs/kernel';
import { AGE_BANDS, BAND_LABELS, TIME_LEFT_BANDS } from './backlog-bands.js';
import type { Language } from './format.js';
import type { Backlog, BacklogLine } from './persistence/backlog.js';
import { clip, drawTable, numberFormat } from './text-table.js';

const WORDS: Record<'title' | 'inProcess' | 'notAccepted' | 'age' | 'left' | 'calendar', Labels> = {
  title: { vi: 'Hồ sơ đang giải quyết lúc', en: 'Dossiers in process at', km: 'សំណុំរឿងកំពុងដំណើរការនៅ' },
  inProcess: { vi: 'đang giải quyết', en: 'in process', km: 'កំពុងដំណើរការ' },
  notAccepted: { vi: 'chưa tiếp nhận', en: 'not yet accepted', km: 'មិនទាន់ទទួល' },
  age: { vi: 'Theo thời gian từ khi tiếp nhận', en: 'By time since reception', km: 'តាមរយៈពេលតាំងពីទទួល' },
  left: { vi: 'Theo thời gian còn lại', en: 'By time left', km: 'តាមពេលវេលានៅសល់' },
  calendar: {
    vi: 'Chưa có lịch làm việc của năm',
    en: 'The working calendar does not know the year',
    km: 'ប្រតិទិនមិនទាន់ស្គាល់ឆ្នាំ',
  },
};

const LONGEST_LABEL = 44;

/** The backlog as text for a terminal: one table by age, one by time left, each with its total. Ends with a newline. */
export function formatBacklogTable(backlog: Backlog, options: { language?: Language } = {}): string {
  const language = options.language ?? 'en';
  const n = numberFormat(language);
  const coded = backlog.by === 'unit' || backlog.by === 'procedure';
  const rows = [...backlog.lines, backlog.total];
  const name = (line: BacklogLine): string =>
    clip(
      coded && line !== backlog.total ? `${line.key} ${line.label[language]}` : line.label[language],
      LONGEST_LABEL,
    );
  const table = (title: string, bands: string[], values: (line: BacklogLine) => number[]): string[] =>
    drawTable(
      [[title, WORDS.inProcess[language], ...bands, WORDS.notAccepted[language]]],
      rows.map((line) => [name(line), n(line.inProcess), ...values(line).map(n), n(line.notAccepted)]),
      new Set([0]),
    );
  const missing =
    backlog.calendarYearUnknown === null
      ? []
      : [`${WORDS.calendar[language]} ${backlog.calendarYearUnknown}`];
  return [
    `${WORDS.title[language]} ${backlog.now}`,
    ...missing,
    '',
    ...table(
      WORDS.left[language],
      TIME_LEFT_BANDS.map((band) => BAND_LABELS[band][language]),
      (line) => TIME_LEFT_BANDS.map((band) => line.byTimeLeft[band]),
    ),
    '',
    ...table(
      WORDS.age[language],
      AGE_BANDS.map((band) => BAND_LABELS[band.name][language]),
      (line) => AGE_BANDS.map((band) => line.byAge[band.name]),
    ),
    '',
  ].join('\n');
}
