/*
 * Everything in the generated quarter that is not from the report. docs/concepts/replay.md lists it for readers; whoever
 * knows better changes it here.
 */

/** From the report: 15 March to 14 June 2019, 38,751 received, 167 of them in process at the end (DOMAIN.md §1). */
export const REPORT = {
  from: '2019-03-15',
  until: '2019-06-15',
  received: 38_751,
  inProcess: 167,
  /** 4,213 is the reading of the report's misprint "4.2131"; it leaves 49 for procedures without online service */
  cells: [
    { onlineLevel: 3, online: false, dossiers: 33_294 },
    { onlineLevel: 3, online: true, dossiers: 141 },
    { onlineLevel: 4, online: false, dossiers: 4_213 },
    { onlineLevel: 4, online: true, dossiers: 1_054 },
    { onlineLevel: 2, online: false, dossiers: 49 },
  ],
} as const;

/** The report does not tell the counter from the post: three in a hundred of what came that way is taken as postal. */
export const POSTAL_SHARE = 0.03;

/** Shares of the received, or of what is named. */
export const SHARES = {
  /** resolved on the day they were received: what 615 a day with 167 left forces */
  sameDay: 0.95,
  supplemented: 0.034,
  withdrawn: 0.003,
  discontinued: 0.001,
  /** of the resolved */
  late: 0.005,
  rejected: 0.004,
  sentByPost: 0.05,
  /** of the parcels */
  cameBack: 0.04,
  /** of those in process at the end */
  inProcessLate: 0.03,
  /** of the carried-over: still there when the quarter ends */
  carriedThrough: 0.05,
  /** on top of the received */
  refused: 0.012,
  voided: 0.0003,
  amended: 0.004,
  suspended: 0.002,
  sentBackAStep: 0.003,
  /** results that nobody fetched before the period ended */
  uncollected: 0.12,
} as const;

/** Which level a dossier falls to, by the online level of the procedure. */
export const LEVEL_WEIGHTS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  3: { commune: 0.82, district: 0.18, province: 0.05 },
  4: { commune: 0.58, district: 0.05, province: 0.37 },
  2: { commune: 0.2, district: 0.3, province: 0.5 },
};

/** What a commune's counter does every day, and what districts and departments are asked for most. */
export const POPULAR_PROCEDURES: Readonly<Record<string, number>> = {
  '2.000815': 900, // certified copies
  '2.000635': 330, // copies of civil-status extracts
  '1.001193': 320, // registration of birth
  '2.000884': 260, // certification of a signature
  '2.001035': 90, // certification of contracts on land and housing
  '2.000942': 45, // copies of certified transactions
  '2.000908': 40, // copies from the register
  '1.004884': 35, // registration of birth again
  '1.004859': 35, // corrections of civil status
  '1.004873': 420, // confirmation of marital status
  '1.000894': 260, // registration of marriage
  '1.000656': 210, // registration of death
  '1.115535': 90, // changes in the use of land
  '1.011441': 80, // security over land
  '1.115240': 50, // land certificates
  '1.115520': 40, // first land certificates
  '1.013133': 30, // registration for military service
  '2.001583': 60, // founding of a one-member company
  '1.115259': 40, // changes of land rights
  '1.012275': 30, // registration of medical practice
};

/** Weight of a sector before the procedures in it are ranked; a sector not named weighs 1. */
export const SECTOR_WEIGHTS: Readonly<Record<string, number>> = {
  'Hộ tịch': 6,
  'Chứng thực': 8,
  'Đăng ký, quản lý cư trú': 6,
  'Bảo trợ xã hội': 4,
  'Người có công': 2,
  'Đất đai': 5,
  'Thành lập và hoạt động của doanh nghiệp': 5,
  'Hoạt động xây dựng': 3,
  'Đường bộ': 3,
  'Lý lịch tư pháp': 6,
  'Đăng ký biện pháp bảo đảm': 3,
};

/** How busy a department's counter is; one not named weighs 1. */
export const DEPARTMENT_WEIGHTS: Readonly<Record<string, number>> = {
  'Sở Tư pháp': 3,
  'Sở Giao thông vận tải': 3,
  'Sở Tài nguyên và Môi trường': 3,
  'Sở Kế hoạch và Đầu tư': 2.5,
  'Sở Lao động - Thương binh và Xã hội': 2,
  'Sở Y tế': 2,
  'Sở Công Thương': 2,
  'Sở Ngoại vụ': 0.15,
  'Ban Dân tộc': 0.1,
  'Ban Quản lý Khu kinh tế Trà Vinh': 0.3,
};

/**
 * The board of the economic zone acts by delegation inside the zone: besides its own procedures it gets a share of these
 * departments'. So does, for a single dossier, a department that would otherwise get none at all: at small scales the
 * report's figures leave no room for procedures without online service, and two departments have no others.
 */
export const DELEGATION = {
  to: ['Ban Quản lý Khu kinh tế Trà Vinh'],
  from: ['Sở Kế hoạch và Đầu tư', 'Sở Xây dựng', 'Sở Tài nguyên và Môi trường'],
} as const;

/** How many arrive in each sixteenth of the office day (half an hour each): mornings are heavier. */
export const ARRIVALS = [5, 10, 13, 13, 12, 10, 8, 5.5, 2.5, 7, 8, 7, 5.5, 4, 2.5, 1] as const;

/** Monday to Saturday (a make-up day), and the first day after the office was closed. */
export const WEEKDAY_WEIGHTS: readonly number[] = [1, 1.15, 1.05, 1, 0.97, 0.9, 0.7];
export const AFTER_CLOSURE = 1.15;
