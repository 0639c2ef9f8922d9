import { DomainError } from '#libs/kernel';
import { LIMIT_UNITS, type Limit, type LimitUnit } from './types.js';

/** About ten years: the longest published limit is 420 calendar days, so what is longer is a slip of the pen. */
const LONGEST: Record<LimitUnit, number> = {
  working_day: 2500,
  calendar_day: 3650,
  hour: 20_000,
  month: 120,
};

const WRITTEN = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?) +([a-z_]+)$/;

/**
 * Reads `<n> working_day | calendar_day | hour | month`; `<n>` may be decimal. Throws DomainError `limit_not_understood`,
 * or what {@link checkLimit} throws.
 */
export function parseLimit(text: string): Limit {
  const shown = String(text).slice(0, 60);
  const match = shown.length === String(text).length ? WRITTEN.exec(shown.trim()) : null;
  if (!match) throw new DomainError('limit_not_understood', { params: { found: shown } });
  return checkLimit({ value: Number(match[1]), unit: match[2] as LimitUnit });
}

/**
 * Gives the limit back when a date can be made of it. Throws DomainError `limit_not_understood` (no such unit, not a
 * number), `limit_not_positive` (0 is a limit in working days only: the same day), `limit_too_long` (over some ten
 * years) or `limit_month_not_whole` (half a month has no last day to take a share of).
 */
export function checkLimit(limit: Limit): Limit {
  const { value, unit } = limit;
  if (!LIMIT_UNITS.includes(unit)) fail('limit_not_understood', value, unit);
  if (typeof value !== 'number' || Number.isNaN(value)) fail('limit_not_understood', value, unit);
  if (value < 0 || (value === 0 && unit !== 'working_day')) fail('limit_not_positive', value, unit);
  if (value > LONGEST[unit]) fail('limit_too_long', value, unit);
  if (unit === 'month' && !Number.isInteger(value)) fail('limit_month_not_whole', value, unit);
  return limit;
}

function fail(code: string, value: number, unit: LimitUnit): never {
  const longest = LONGEST[unit] ?? null;
  throw new DomainError(code, { params: { found: `${String(value)} ${String(unit)}`, longest } });
}
