import { DomainError } from '#libs/kernel';
import type { Day } from './types.js';

/** A reporting period as stored: half-open, in days of Asia/Ho_Chi_Minh. */
export interface PeriodRow {
  code: string;
  rule: string;
  from: Day;
  until: Day;
}

/** A bound as the rule file writes it: how many years from the year in the code, and the month and day. */
interface Bound {
  year: number;
  day: string;
}

interface PeriodRules {
  firstYear: number;
  lastYear: number;
  rules: { rule: string; suffix: string; parts: { name: string; from: Bound; until: Bound }[] }[];
}

/**
 * The periods that a rule file (the form of `data/periods.json`) makes: for every year and rule its parts, with codes like
 * `2019Q2` and `2019Q2-calendar`. Throws DomainError `periods_not_understood` for another form or bounds that do not follow.
 */
export function periodsFrom(json: unknown): PeriodRow[] {
  const file = json as PeriodRules;
  const periods: PeriodRow[] = [];
  try {
    for (let year = file.firstYear; year <= file.lastYear; year += 1)
      for (const rule of file.rules)
        for (const part of rule.parts)
          periods.push({
            code: `${year}${part.name}${rule.suffix}`,
            rule: rule.rule,
            from: dayOf(year, part.from),
            until: dayOf(year, part.until),
          });
  } catch (cause) {
    throw new DomainError('periods_not_understood', { cause });
  }
  const wrong = periods.find((period) => !(period.from < period.until));
  if (wrong || periods.length === 0)
    throw new DomainError('periods_not_understood', { field: wrong?.code ?? 'rules' });
  return periods;
}

function dayOf(year: number, bound: Bound): Day {
  const day = `${year + bound.year}-${bound.day}`;
  if (!new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) throw new RangeError(`not a day: ${day}`);
  return day;
}
