import type { Labels } from '#libs/kernel';
import type { BecauseCode } from '../because.js';

export const BECAUSE_LABELS: Readonly<Record<BecauseCode, Labels>> = {
  already_delivered: {
    vi: 'Kết quả đã được trả.',
    en: 'The result has been handed over already.',
    km: 'លទ្ធផលត្រូវបានប្រគល់រួចហើយ។',
  },
  already_offered_at_counter: {
    vi: 'Kết quả đã chờ nhận tại quầy.',
    en: 'The result already lies at the counter.',
    km: 'លទ្ធផលកំពុងរង់ចាំនៅបញ្ជររួចហើយ។',
  },
  already_received: {
    vi: 'Hồ sơ đã được tiếp nhận.',
    en: 'The dossier has been received already.',
    km: 'សំណុំឯកសារត្រូវបានទទួលរួចហើយ។',
  },
  already_resolved: {
    vi: 'Hồ sơ đã có kết quả.',
    en: 'The dossier has been resolved already.',
    km: 'សំណុំឯកសារមានលទ្ធផលរួចហើយ។',
  },
  dossier_closed: {
    vi: 'Hồ sơ đã kết thúc.',
    en: 'The dossier is closed.',
    km: 'សំណុំឯកសារត្រូវបានបិទហើយ។',
  },
  last_step_ends_by_resolve: {
    vi: 'Bước cuối cùng kết thúc bằng việc ra kết quả.',
    en: 'The last step ends by resolving the dossier.',
    km: 'ជំហានចុងក្រោយបញ្ចប់ដោយការសម្រេចលទ្ធផល។',
  },
  last_step_not_reached: {
    vi: 'Chưa đến bước cuối cùng.',
    en: 'The last step has not been reached.',
    km: 'មិនទាន់ដល់ជំហានចុងក្រោយទេ។',
  },
  no_earlier_step: {
    vi: 'Không có bước nào trước bước này.',
    en: 'There is no earlier step.',
    km: 'គ្មានជំហានមុនទេ។',
  },
  no_payment_requested: {
    vi: 'Chưa có yêu cầu nộp phí, lệ phí.',
    en: 'No payment has been requested.',
    km: 'មិនមានការស្នើឱ្យបង់ប្រាក់ទេ។',
  },
  no_supplement_requested: {
    vi: 'Chưa có yêu cầu bổ sung giấy tờ.',
    en: 'No supplement has been requested.',
    km: 'មិនមានការស្នើសុំឯកសារបន្ថែមទេ។',
  },
  not_handed_to_post: {
    vi: 'Kết quả chưa được bàn giao cho bưu chính.',
    en: 'The result was never handed to the post.',
    km: 'លទ្ធផលមិនទាន់ត្រូវបានប្រគល់ឱ្យប្រៃសណីយ៍ទេ។',
  },
  not_offered_at_counter: {
    vi: 'Kết quả chưa được đưa ra quầy.',
    en: 'The result has not been offered at the counter.',
    km: 'លទ្ធផលមិនទាន់ត្រូវបានដាក់នៅបញ្ជរទេ។',
  },
  not_received_yet: {
    vi: 'Hồ sơ chưa được tiếp nhận.',
    en: 'The dossier has not been received yet.',
    km: 'សំណុំឯកសារមិនទាន់ត្រូវបានទទួលទេ។',
  },
  not_suspended: {
    vi: 'Hồ sơ không bị tạm ngừng.',
    en: 'The dossier is not suspended.',
    km: 'សំណុំឯកសារមិនត្រូវបានផ្អាកទេ។',
  },
  not_your_position: {
    vi: 'Việc này không thuộc chức vụ của bạn.',
    en: 'This is not for your position to do.',
    km: 'កិច្ចការនេះមិនមែនជាតួនាទីរបស់អ្នកទេ។',
  },
  not_your_unit: {
    vi: 'Việc này thuộc cơ quan khác.',
    en: 'This is for another unit to do.',
    km: 'កិច្ចការនេះជារបស់អង្គភាពផ្សេង។',
  },
  payment_awaited: {
    vi: 'Đang chờ nộp phí, lệ phí.',
    en: 'A payment is awaited.',
    km: 'កំពុងរង់ចាំការបង់ប្រាក់។',
  },
  processing_already_started: {
    vi: 'Hồ sơ đã được chuyển xử lý.',
    en: 'Processing has started already.',
    km: 'ដំណើរការបានចាប់ផ្ដើមរួចហើយ។',
  },
  processing_not_started: {
    vi: 'Hồ sơ chưa được chuyển xử lý.',
    en: 'Processing has not started.',
    km: 'ដំណើរការមិនទាន់ចាប់ផ្ដើមទេ។',
  },
  result_not_resolved: {
    vi: 'Hồ sơ chưa có kết quả.',
    en: 'There is no result yet.',
    km: 'មិនទាន់មានលទ្ធផលទេ។',
  },
  result_with_the_post: {
    vi: 'Kết quả đang do bưu chính chuyển.',
    en: 'The result is with the post.',
    km: 'លទ្ធផលកំពុងនៅប្រៃសណីយ៍។',
  },
  separation_of_duties: {
    vi: 'Bạn đã làm một khâu khác của hồ sơ này: khâu này phải do người khác làm.',
    en: 'You did another part of this dossier: somebody else has to do this one.',
    km: 'អ្នកបានធ្វើផ្នែកផ្សេងនៃសំណុំឯកសារនេះហើយ៖ ផ្នែកនេះត្រូវធ្វើដោយអ្នកដទៃ។',
  },
  supplement_awaited: {
    vi: 'Đang chờ bổ sung giấy tờ.',
    en: 'A supplement is awaited.',
    km: 'កំពុងរង់ចាំឯកសារបន្ថែម។',
  },
  work_suspended: {
    vi: 'Việc xử lý đang tạm ngừng.',
    en: 'Work is suspended.',
    km: 'ដំណើរការកំពុងត្រូវបានផ្អាក។',
  },
};
