import type { Labels } from '#libs/kernel';
import type { Position, StateName } from '../types.js';

export const STATE_LABELS: Readonly<Record<StateName, Labels>> = {
  submitted: { vi: 'Mới đăng ký', en: 'Newly filed', km: 'ទើបដាក់ពាក្យ' },
  received: { vi: 'Được tiếp nhận', en: 'Received', km: 'បានទទួល' },
  refused: { vi: 'Không được tiếp nhận', en: 'Not received', km: 'មិនត្រូវបានទទួល' },
  processing: { vi: 'Đang xử lý', en: 'In process', km: 'កំពុងដំណើរការ' },
  suspended: { vi: 'Tạm ngừng xử lý', en: 'Suspended', km: 'ផ្អាកជាបណ្ដោះអាសន្ន' },
  awaitingSupplement: { vi: 'Chờ bổ sung giấy tờ', en: 'Awaiting papers', km: 'រង់ចាំឯកសារបន្ថែម' },
  awaitingPayment: { vi: 'Chờ nộp phí, lệ phí', en: 'Awaiting payment', km: 'រង់ចាំការបង់ប្រាក់' },
  withdrawn: { vi: 'Công dân đã rút hồ sơ', en: 'Withdrawn by the citizen', km: 'ប្រជាពលរដ្ឋបានដកសំណុំឯកសារ' },
  discontinued: { vi: 'Đã dừng xử lý', en: 'Discontinued', km: 'បានបញ្ឈប់ដំណើរការ' },
  resolved: { vi: 'Đã xử lý xong', en: 'Processed', km: 'ដំណើរការរួចរាល់' },
  posted: { vi: 'Đã gửi qua bưu chính', en: 'With the post', km: 'បានផ្ញើតាមប្រៃសណីយ៍' },
  awaitingCollection: {
    vi: 'Chờ nhận kết quả tại quầy',
    en: 'Awaiting collection',
    km: 'រង់ចាំមកទទួលលទ្ធផលនៅបញ្ជរ',
  },
  delivered: { vi: 'Đã trả kết quả', en: 'Result returned', km: 'បានប្រគល់លទ្ធផល' },
  voided: { vi: 'Đã huỷ do nhập nhầm', en: 'Voided, entered by mistake', km: 'បានលុបចោល ដោយបញ្ចូលខុស' },
};

/** The ten national status codes; the Vietnamese words are the official ones (`data/national-statuses.csv`). */
export const NATIONAL_LABELS: Readonly<Record<number, Labels>> = {
  1: { vi: 'Mới đăng ký', en: 'Newly filed', km: 'ទើបដាក់ពាក្យ' },
  2: { vi: 'Được tiếp nhận', en: 'Received', km: 'បានទទួល' },
  3: { vi: 'Không được tiếp nhận', en: 'Not received', km: 'មិនត្រូវបានទទួល' },
  4: { vi: 'Đang xử lý', en: 'In process', km: 'កំពុងដំណើរការ' },
  5: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'Supplement requested', km: 'ស្នើសុំឯកសារបន្ថែម' },
  6: {
    vi: 'Yêu cầu thực hiện nghĩa vụ tài chính',
    en: 'Financial obligation to be met',
    km: 'ស្នើឱ្យបំពេញកាតព្វកិច្ចហិរញ្ញវត្ថុ',
  },
  7: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'Withdrawn by the citizen', km: 'ប្រជាពលរដ្ឋស្នើដកសំណុំឯកសារ' },
  8: { vi: 'Dừng xử lý', en: 'Processing stopped', km: 'បញ្ឈប់ដំណើរការ' },
  9: { vi: 'Đã xử lý xong', en: 'Processed', km: 'ដំណើរការរួចរាល់' },
  10: { vi: 'Đã trả kết quả', en: 'Result returned', km: 'បានប្រគល់លទ្ធផល' },
};

export const POSITION_LABELS: Readonly<Record<Position | 'performer', Labels>> = {
  citizen: { vi: 'Công dân', en: 'Citizen', km: 'ប្រជាពលរដ្ឋ' },
  counter: { vi: 'Cán bộ một cửa', en: 'Counter officer', km: 'មន្ត្រីបញ្ជរច្រកចេញចូលតែមួយ' },
  specialist: { vi: 'Chuyên viên', en: 'Specialist', km: 'មន្ត្រីជំនាញ' },
  head: { vi: 'Lãnh đạo', en: 'Head', km: 'ប្រធានអង្គភាព' },
  postal: { vi: 'Nhân viên bưu chính', en: 'Postal clerk', km: 'បុគ្គលិកប្រៃសណីយ៍' },
  supervisor: { vi: 'Người giám sát', en: 'Supervisor', km: 'អ្នកត្រួតពិនិត្យ' },
  catalogueManager: { vi: 'Quản lý danh mục', en: 'Catalogue manager', km: 'អ្នកគ្រប់គ្រងបញ្ជី' },
  administrator: { vi: 'Quản trị viên', en: 'Administrator', km: 'អ្នកគ្រប់គ្រងប្រព័ន្ធ' },
  auditor: { vi: 'Kiểm toán viên', en: 'Auditor', km: 'សវនករ' },
  system: { vi: 'Hệ thống', en: 'System', km: 'ប្រព័ន្ធ' },
  performer: { vi: 'Người thực hiện bước', en: 'Performer of the step', km: 'អ្នកអនុវត្តជំហាន' },
};
