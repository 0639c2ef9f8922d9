import type { Labels } from '#libs/kernel';

/** How long ago a dossier was received, in calendar days of Asia/Ho_Chi_Minh. `until` is the first number not in the band. */
export const AGE_BANDS = [
  { name: 'today', until: 1 },
  { name: 'days1to2', until: 3 },
  { name: 'days3to5', until: 6 },
  { name: 'days6to10', until: 11 },
  { name: 'days11to30', until: 31 },
  { name: 'days31to90', until: 91 },
  { name: 'over90', until: Infinity },
] as const;
export type AgeBand = (typeof AGE_BANDS)[number]['name'];

/**
 * How much time a dossier has left, in working days after today. `paused`: the applicant owes something and the clock
 * stands. `unknown`: the calendar of the due year is not known yet. Overdue begins at the due moment, not at midnight.
 */
export const TIME_LEFT_BANDS = [
  'overdue',
  'today',
  'workingDays1',
  'workingDays2to3',
  'workingDays4to5',
  'later',
  'paused',
  'unknown',
] as const;
export type TimeLeftBand = (typeof TIME_LEFT_BANDS)[number];

/** The bands' names for a reader. The Khmer ones are ours and unchecked. */
export const BAND_LABELS: Record<AgeBand | TimeLeftBand, Labels> = {
  today: { vi: 'hôm nay', en: 'today', km: 'ថ្ងៃនេះ' },
  days1to2: { vi: '1–2 ngày', en: '1–2 days', km: '1–2 ថ្ងៃ' },
  days3to5: { vi: '3–5 ngày', en: '3–5 days', km: '3–5 ថ្ងៃ' },
  days6to10: { vi: '6–10 ngày', en: '6–10 days', km: '6–10 ថ្ងៃ' },
  days11to30: { vi: '11–30 ngày', en: '11–30 days', km: '11–30 ថ្ងៃ' },
  days31to90: { vi: '31–90 ngày', en: '31–90 days', km: '31–90 ថ្ងៃ' },
  over90: { vi: 'trên 90 ngày', en: 'over 90 days', km: 'លើសពី 90 ថ្ងៃ' },
  overdue: { vi: 'quá hạn', en: 'overdue', km: 'ហួសកំណត់' },
  workingDays1: { vi: 'còn 1 ngày làm việc', en: '1 working day', km: '1 ថ្ងៃធ្វើការ' },
  workingDays2to3: { vi: 'còn 2–3 ngày làm việc', en: '2–3 working days', km: '2–3 ថ្ងៃធ្វើការ' },
  workingDays4to5: { vi: 'còn 4–5 ngày làm việc', en: '4–5 working days', km: '4–5 ថ្ងៃធ្វើការ' },
  later: { vi: 'còn nhiều hơn', en: 'later', km: 'ក្រោយមកទៀត' },
  paused: { vi: 'chờ người nộp', en: 'waiting for the applicant', km: 'រង់ចាំអ្នកដាក់' },
  unknown: { vi: 'chưa xác định', en: 'unknown', km: 'មិនស្គាល់' },
};
