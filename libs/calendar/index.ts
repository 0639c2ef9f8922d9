export { dueAtOnly, dueMoment } from './due.js';
export { checkLimit, parseLimit } from './limit.js';
export { isWorkingDay, localDay, startOfDay, timing, toLocalTime, workingDayBefore } from './local.js';
export { parseStateCalendar } from './state-calendar.js';
export {
  type CalendarYear,
  type Due,
  type ExplainedDay,
  type ExplainedDue,
  LIMIT_UNITS,
  type Limit,
  type LimitUnit,
  type ListedDay,
  type LocalDay,
  type OfficeHours,
  type WorkingCalendar,
  type YearUnknown,
} from './types.js';
export { defaultCalendar } from './working-calendar.js';
export { addWorkingMinutes, workingMinutesBetween } from './working-time.js';
