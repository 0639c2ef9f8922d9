import type { Labels } from '#libs/kernel';
import type { CommandName } from '../types.js';

export const COMMAND_LABELS: Readonly<Record<CommandName, Labels>> = {
  submit: { vi: 'Nộp hồ sơ', en: 'File', km: 'ដាក់សំណុំឯកសារ' },
  receive: { vi: 'Tiếp nhận', en: 'Receive', km: 'ទទួលសំណុំឯកសារ' },
  refuse: { vi: 'Từ chối tiếp nhận', en: 'Refuse', km: 'បដិសេធមិនទទួល' },
  requestSupplement: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'Request a supplement', km: 'ស្នើសុំឯកសារបន្ថែម' },
  supplement: { vi: 'Bổ sung giấy tờ', en: 'Supplement', km: 'បំពេញឯកសារបន្ថែម' },
  requestPayment: { vi: 'Yêu cầu nộp phí, lệ phí', en: 'Request payment', km: 'ស្នើឱ្យបង់ប្រាក់' },
  confirmPayment: { vi: 'Xác nhận đã nộp tiền', en: 'Confirm payment', km: 'បញ្ជាក់ការបង់ប្រាក់' },
  startProcessing: { vi: 'Chuyển xử lý', en: 'Start processing', km: 'ចាប់ផ្ដើមដំណើរការ' },
  completeStep: { vi: 'Hoàn thành bước', en: 'Complete the step', km: 'បញ្ចប់ជំហាន' },
  returnToStep: { vi: 'Trả lại bước trước', en: 'Return to an earlier step', km: 'ប្រគល់ទៅជំហានមុនវិញ' },
  suspend: { vi: 'Tạm ngừng xử lý', en: 'Suspend', km: 'ផ្អាកដំណើរការ' },
  resume: { vi: 'Tiếp tục xử lý', en: 'Resume', km: 'បន្តដំណើរការ' },
  resolve: { vi: 'Ra kết quả', en: 'Resolve', km: 'សម្រេចលទ្ធផល' },
  withdraw: { vi: 'Rút hồ sơ', en: 'Withdraw', km: 'ដកសំណុំឯកសារ' },
  discontinue: { vi: 'Dừng xử lý', en: 'Discontinue', km: 'បញ្ឈប់ដំណើរការ' },
  handToPost: { vi: 'Bàn giao cho bưu chính', en: 'Hand to the post', km: 'ប្រគល់ឱ្យប្រៃសណីយ៍' },
  recordPostEvent: {
    vi: 'Ghi nhận trạng thái bưu gửi',
    en: 'Record a postal event',
    km: 'កត់ត្រាព្រឹត្តិការណ៍ប្រៃសណីយ៍',
  },
  offerAtCounter: { vi: 'Mời nhận kết quả tại quầy', en: 'Offer at the counter', km: 'ឱ្យមកទទួលនៅបញ្ជរ' },
  collect: { vi: 'Trả kết quả tại quầy', en: 'Hand over the result', km: 'ប្រគល់លទ្ធផលនៅបញ្ជរ' },
  amend: { vi: 'Đính chính thông tin', en: 'Amend', km: 'កែតម្រូវព័ត៌មាន' },
  void: { vi: 'Huỷ do nhập nhầm', en: 'Void, entered by mistake', km: 'លុបចោល ដោយបញ្ចូលខុស' },
};
