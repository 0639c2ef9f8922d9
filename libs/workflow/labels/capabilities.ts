import type { Labels } from '#libs/kernel';
import type { Capability } from '../rights.js';

export const CAPABILITY_LABELS: Readonly<Record<Capability, Labels>> = {
  readDossier: { vi: 'Xem hồ sơ theo mã', en: 'See a dossier by its code', km: 'មើលសំណុំឯកសារតាមលេខកូដ' },
  listDossiers: { vi: 'Xem danh sách hồ sơ', en: 'List dossiers', km: 'មើលបញ្ជីសំណុំឯកសារ' },
  searchDossiers: {
    vi: 'Tìm hồ sơ theo tên, mã, số giấy tờ',
    en: 'Search by name, code or paper number',
    km: 'ស្វែងរកតាមឈ្មោះ លេខកូដ ឬលេខឯកសារ',
  },
  readHistory: { vi: 'Xem lịch sử hồ sơ', en: 'See the history of a dossier', km: 'មើលប្រវត្តិសំណុំឯកសារ' },
  namesInLists: {
    vi: 'Thấy tên người nộp trong danh sách',
    en: "See applicants' names in lists",
    km: 'ឃើញឈ្មោះអ្នកដាក់ពាក្យក្នុងបញ្ជី',
  },
  readApplicant: {
    vi: 'Xem dữ liệu cá nhân của hồ sơ (có ghi nhận)',
    en: 'See the personal data of a dossier (recorded)',
    km: 'មើលទិន្នន័យផ្ទាល់ខ្លួននៃសំណុំឯកសារ (មានកត់ត្រា)',
  },
  revealApplicant: {
    vi: 'Mở dữ liệu cá nhân đã che, có nêu lý do (có ghi nhận)',
    en: 'Unmask personal data, giving a reason (recorded)',
    km: 'បង្ហាញទិន្នន័យផ្ទាល់ខ្លួនដោយបញ្ជាក់ហេតុផល (មានកត់ត្រា)',
  },
  readReports: { vi: 'Xem báo cáo', en: 'See reports', km: 'មើលរបាយការណ៍' },
  exportReports: { vi: 'Xuất báo cáo', en: 'Export reports', km: 'នាំចេញរបាយការណ៍' },
  readPublic: {
    vi: 'Xem thủ tục, cơ quan và lịch',
    en: 'See procedures, units and the calendar',
    km: 'មើលនីតិវិធី អង្គភាព និងប្រតិទិន',
  },
  lookUp: {
    vi: 'Tra cứu hồ sơ của mình bằng mã và mật mã trên giấy biên nhận',
    en: 'Look up an own dossier by its code and the secret on the receipt',
    km: 'ពិនិត្យសំណុំឯកសាររបស់ខ្លួនតាមលេខកូដ និងលេខសម្ងាត់លើបង្កាន់ដៃ',
  },
  giveCommands: {
    vi: 'Thực hiện thao tác trên hồ sơ (bảng trên)',
    en: 'Act on dossiers (the table above)',
    km: 'ធ្វើសកម្មភាពលើសំណុំឯកសារ (តារាងខាងលើ)',
  },
  delegateOwn: {
    vi: 'Uỷ quyền cho đồng nghiệp khi vắng mặt',
    en: 'Let a colleague act while away',
    km: 'ផ្ទេរសិទ្ធិឱ្យសហការីពេលអវត្តមាន',
  },
  readOwnSession: {
    vi: 'Xem phiên đăng nhập của mình',
    en: 'See the own session',
    km: 'មើលសម័យប្រើប្រាស់របស់ខ្លួន',
  },
  manageAccounts: { vi: 'Quản lý tài khoản', en: 'Manage accounts', km: 'គ្រប់គ្រងគណនី' },
  managePositions: {
    vi: 'Quản lý chức vụ và uỷ quyền',
    en: 'Manage positions and delegations',
    km: 'គ្រប់គ្រងតួនាទី និងការផ្ទេរសិទ្ធិ',
  },
  readAccessLog: {
    vi: 'Xem nhật ký truy cập dữ liệu cá nhân',
    en: 'See who looked at personal data',
    km: 'មើលកំណត់ហេតុចូលមើលទិន្នន័យផ្ទាល់ខ្លួន',
  },
  exportHeads: {
    vi: 'Xuất chữ ký niêm phong nhật ký',
    en: 'Export the signed heads of the log',
    km: 'នាំចេញហត្ថលេខាបិទត្រាកំណត់ហេតុ',
  },
  readHealth: {
    vi: 'Xem tình trạng hoạt động của hệ thống',
    en: 'See whether the service is well',
    km: 'មើលស្ថានភាពដំណើរការនៃប្រព័ន្ធ',
  },
};
