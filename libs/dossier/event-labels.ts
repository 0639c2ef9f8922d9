import type { Labels } from '#libs/kernel';
import type { EventType } from '#libs/workflow';

/** The events that no command makes: they touch the clock, and move neither state nor version. */
export const CLOCK_EVENTS = ['dueSoon', 'overdue', 'deadlineUnknown', 'deadlineComputed'] as const;
export type ClockEvent = (typeof CLOCK_EVENTS)[number];

const LABELS: Readonly<Record<EventType | ClockEvent, Labels>> = {
  submitted: { vi: 'Đã nộp hồ sơ', en: 'Filed', km: 'បានដាក់សំណុំរឿង' },
  received: { vi: 'Đã tiếp nhận', en: 'Received', km: 'បានទទួលសំណុំរឿង' },
  refused: { vi: 'Từ chối tiếp nhận', en: 'Not accepted', km: 'បានបដិសេធមិនទទួល' },
  supplementRequested: { vi: 'Yêu cầu bổ sung hồ sơ', en: 'Supplement requested', km: 'បានស្នើសុំឯកសារបន្ថែម' },
  supplemented: { vi: 'Đã bổ sung hồ sơ', en: 'Supplemented', km: 'បានបំពេញឯកសារបន្ថែម' },
  paymentRequested: { vi: 'Yêu cầu nộp phí, lệ phí', en: 'Payment requested', km: 'បានស្នើសុំបង់ថ្លៃសេវា' },
  paymentConfirmed: { vi: 'Đã nộp phí, lệ phí', en: 'Payment confirmed', km: 'បានបញ្ជាក់ការបង់ថ្លៃសេវា' },
  processingStarted: { vi: 'Bắt đầu xử lý', en: 'Processing started', km: 'បានចាប់ផ្តើមដំណើរការ' },
  stepCompleted: { vi: 'Đã xong một bước', en: 'Step completed', km: 'បានបញ្ចប់ជំហានមួយ' },
  returnedToStep: { vi: 'Trả lại bước trước', en: 'Returned to an earlier step', km: 'បានបញ្ជូនត្រឡប់ទៅជំហានមុន' },
  suspended: { vi: 'Tạm dừng xử lý', en: 'Suspended', km: 'បានផ្អាកដំណើរការ' },
  resumed: { vi: 'Tiếp tục xử lý', en: 'Resumed', km: 'បានបន្តដំណើរការ' },
  resolved: { vi: 'Đã giải quyết', en: 'Resolved', km: 'បានដោះស្រាយ' },
  withdrawn: { vi: 'Công dân rút hồ sơ', en: 'Withdrawn by the applicant', km: 'ពលរដ្ឋបានដកសំណុំរឿង' },
  discontinued: { vi: 'Dừng xử lý', en: 'Discontinued', km: 'បានបញ្ឈប់ដំណើរការ' },
  handedToPost: { vi: 'Đã giao cho bưu chính', en: 'Handed to the post', km: 'បានប្រគល់ជូនប្រៃសណីយ៍' },
  postEventRecorded: { vi: 'Ghi nhận tin bưu gửi', en: 'Postal event recorded', km: 'បានកត់ត្រាព័ត៌មានប្រៃសណីយ៍' },
  offeredAtCounter: { vi: 'Chờ nhận tại bộ phận một cửa', en: 'Offered at the counter', km: 'រង់ចាំទទួលនៅបញ្ជរ' },
  collected: { vi: 'Đã nhận kết quả', en: 'Result collected', km: 'បានទទួលលទ្ធផល' },
  amended: { vi: 'Đã sửa thông tin', en: 'Details amended', km: 'បានកែព័ត៌មាន' },
  voided: { vi: 'Hủy do nhập nhầm', en: 'Voided, entered by mistake', km: 'បានលុបចោលដោយបញ្ចូលខុស' },
  dueSoon: { vi: 'Sắp đến hạn', en: 'Due soon', km: 'ជិតដល់កំណត់' },
  overdue: { vi: 'Quá hạn', en: 'Overdue', km: 'ហួសកំណត់' },
  deadlineUnknown: {
    vi: 'Chưa xác định được hạn: thiếu lịch làm việc',
    en: 'Deadline unknown: the calendar is missing',
    km: 'មិនទាន់ដឹងកាលកំណត់៖ ខ្វះប្រតិទិន',
  },
  deadlineComputed: {
    vi: 'Tính lại hạn trả kết quả',
    en: 'Deadline computed again',
    km: 'បានគណនាកាលកំណត់ឡើងវិញ',
  },
};

/** What happened, in the three languages; an event of a later version is shown by its type. */
export function eventLabel(type: string): Labels {
  const known = (LABELS as Readonly<Record<string, Labels | undefined>>)[type];
  return known ?? { vi: type, en: type, km: type };
}
