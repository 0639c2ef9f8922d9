import type { Labels } from '#libs/kernel';

/** Why a command was refused: stable codes, part of the API. */
export const REFUSAL_CODES = [
  'control_characters',
  'field_not_understood',
  'field_required',
  'invalid_item_number',
  'item_number_used',
  'next_step_required',
  'not_allowed_in_state',
  'not_your_position',
  'not_your_unit',
  'occurred_before_last_event',
  'separation_of_duties',
  'step_not_earlier',
  'step_not_in_hand',
  'text_too_long',
  'unknown_command',
  'unknown_dossier',
  'unknown_item_number',
  'unknown_next_step',
  'unknown_outcome',
  'unknown_post_action',
  'unknown_post_event',
  'unknown_step',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export const REFUSAL_LABELS: Readonly<Record<RefusalCode, Labels>> = {
  control_characters: {
    vi: 'Nội dung có ký tự điều khiển không hợp lệ.',
    en: 'The text holds control characters.',
    km: 'អត្ថបទមានតួអក្សរបញ្ជាដែលមិនត្រឹមត្រូវ។',
  },
  field_not_understood: {
    vi: 'Giá trị của trường này không hợp lệ.',
    en: 'The value of this field is not understood.',
    km: 'តម្លៃនៃវាលនេះមិនត្រឹមត្រូវទេ។',
  },
  field_required: {
    vi: 'Trường này là bắt buộc.',
    en: 'This field is required.',
    km: 'វាលនេះត្រូវតែបំពេញ។',
  },
  invalid_item_number: {
    vi: 'Số hiệu bưu gửi không hợp lệ (sai dạng hoặc sai số kiểm tra).',
    en: 'The item number is not valid: its form or its check digit is wrong.',
    km: 'លេខវត្ថុប្រៃសណីយ៍មិនត្រឹមត្រូវ (ទម្រង់ ឬលេខផ្ទៀងផ្ទាត់ខុស)។',
  },
  item_number_used: {
    vi: 'Số hiệu bưu gửi này đã được dùng cho hồ sơ.',
    en: 'This item number has been used for the dossier already.',
    km: 'លេខវត្ថុប្រៃសណីយ៍នេះត្រូវបានប្រើសម្រាប់សំណុំឯកសារនេះរួចហើយ។',
  },
  next_step_required: {
    vi: 'Có nhiều bước tiếp theo: hãy chọn một bước.',
    en: 'Several steps may follow: say which.',
    km: 'មានជំហានបន្ទាប់ច្រើន៖ សូមជ្រើសរើសមួយ។',
  },
  not_allowed_in_state: {
    vi: 'Không thực hiện được ở trạng thái hiện tại của hồ sơ.',
    en: 'Not possible in the state that the dossier is in.',
    km: 'មិនអាចធ្វើបានក្នុងស្ថានភាពបច្ចុប្បន្ននៃសំណុំឯកសារ។',
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
  occurred_before_last_event: {
    vi: 'Thời điểm này trước sự kiện gần nhất của hồ sơ.',
    en: 'This moment lies before the last event of the dossier.',
    km: 'ពេលវេលានេះនៅមុនព្រឹត្តិការណ៍ចុងក្រោយនៃសំណុំឯកសារ។',
  },
  separation_of_duties: {
    vi: 'Người đã tiếp nhận không được ra kết quả, người đã ra kết quả không được bàn giao hay mời nhận kết quả.',
    en: 'Who received a dossier does not resolve it, and who resolved it does not send off its result.',
    km: 'អ្នកដែលបានទទួលសំណុំឯកសារមិនអាចសម្រេចលទ្ធផលបានទេ ហើយអ្នកដែលបានសម្រេចមិនអាចប្រគល់លទ្ធផលបានទេ។',
  },
  step_not_earlier: {
    vi: 'Chỉ trả lại được bước trước bước hiện tại.',
    en: 'Only an earlier step can be returned to.',
    km: 'អាចប្រគល់ទៅបានតែជំហានមុនប៉ុណ្ណោះ។',
  },
  step_not_in_hand: {
    vi: 'Bước này không phải là bước hiện tại.',
    en: 'This is not the step in hand.',
    km: 'ជំហាននេះមិនមែនជាជំហានបច្ចុប្បន្នទេ។',
  },
  text_too_long: {
    vi: 'Nội dung quá dài.',
    en: 'The text is too long.',
    km: 'អត្ថបទវែងពេក។',
  },
  unknown_command: {
    vi: 'Không có lệnh này.',
    en: 'There is no such command.',
    km: 'គ្មានពាក្យបញ្ជានេះទេ។',
  },
  unknown_dossier: {
    vi: 'Không có hồ sơ này.',
    en: 'There is no such dossier.',
    km: 'គ្មានសំណុំឯកសារនេះទេ។',
  },
  unknown_item_number: {
    vi: 'Hồ sơ chưa từng được gửi với số hiệu bưu gửi này.',
    en: 'The dossier was never handed over under this item number.',
    km: 'សំណុំឯកសារមិនដែលត្រូវបានផ្ញើដោយលេខវត្ថុនេះទេ។',
  },
  unknown_next_step: {
    vi: 'Bước này không thể tiếp theo bước hiện tại.',
    en: 'That step cannot follow the step in hand.',
    km: 'ជំហាននោះមិនអាចបន្តពីជំហានបច្ចុប្បន្នបានទេ។',
  },
  unknown_outcome: {
    vi: 'Kết quả phải là đồng ý (approved) hoặc không đồng ý (rejected).',
    en: 'The outcome must be approved or rejected.',
    km: 'លទ្ធផលត្រូវតែជា approved (យល់ព្រម) ឬ rejected (មិនយល់ព្រម)។',
  },
  unknown_post_action: {
    vi: 'Không có cách xử lý này đối với bưu gửi không phát được.',
    en: 'There is no such action after an unsuccessful attempt.',
    km: 'គ្មានវិធានការនេះសម្រាប់វត្ថុដែលចែកចាយមិនបានទេ។',
  },
  unknown_post_event: {
    vi: 'Không có sự kiện bưu chính này.',
    en: 'There is no such postal event.',
    km: 'គ្មានព្រឹត្តិការណ៍ប្រៃសណីយ៍នេះទេ។',
  },
  unknown_step: {
    vi: 'Thủ tục không có bước này.',
    en: 'The procedure has no such step.',
    km: 'នីតិវិធីគ្មានជំហាននេះទេ។',
  },
};
