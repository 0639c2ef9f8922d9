import type { Limit } from '#libs/calendar';
import { DomainError } from '#libs/kernel';

/** One line of the table that gives a procedure its steps. Every condition that is present must hold; the first line that fits is taken. */
export interface TemplateRule {
  because: string;
  levels?: string[];
  sectors?: string[];
  /** the limit is at most, or more than, so many working days (roughly: see {@link roughWorkingDays}) */
  upToWorkingDays?: number;
  overWorkingDays?: number;
  definition: string;
}

/** What a rule looks at. */
export interface Classified {
  level: string;
  sector: string;
  limit: Limit;
}

/**
 * The key of the step template for a procedure: that of the first rule that fits. Pure; the rules are data
 * (`data/template-rules.json`), the steps are assumed, not from a decision. Throws DomainError `no_template` when none fits.
 */
export function definitionFor(procedure: Classified, rules: readonly TemplateRule[]): string {
  const days = roughWorkingDays(procedure.limit);
  const rule = rules.find(
    (one) =>
      (one.levels === undefined || one.levels.includes(procedure.level)) &&
      (one.sectors === undefined || one.sectors.includes(procedure.sector)) &&
      (one.upToWorkingDays === undefined || days <= one.upToWorkingDays) &&
      (one.overWorkingDays === undefined || days > one.overWorkingDays),
  );
  if (!rule) throw new DomainError('no_template', { field: 'level', params: { level: procedure.level } });
  return rule.definition;
}

/**
 * A limit in working days, for choosing steps only, never for a deadline: 8 working hours, 7 calendar days to 5, and 21
 * a month.
 */
export function roughWorkingDays({ value, unit }: Limit): number {
  switch (unit) {
    case 'working_day':
      return value;
    case 'calendar_day':
      return (value * 5) / 7;
    case 'hour':
      return value / 8;
    case 'month':
      return value * 21;
  }
}

/**
 * Checks a rule table against the keys of the templates that exist. Throws DomainError `template_rules_not_understood`
 * with the place of the fault.
 */
export function parseTemplateRules(json: unknown, keys: readonly string[]): TemplateRule[] {
  if (!Array.isArray(json)) throw new DomainError('template_rules_not_understood', { field: 'rules' });
  return json.map((item: TemplateRule | null, i) => {
    const fits =
      typeof item === 'object' &&
      item !== null &&
      keys.includes(item.definition) &&
      [item.levels, item.sectors].every((list) => list === undefined || Array.isArray(list)) &&
      [item.upToWorkingDays, item.overWorkingDays].every(
        (days) => days === undefined || typeof days === 'number',
      );
    if (!fits) throw new DomainError('template_rules_not_understood', { field: `rules[${i}]` });
    return item;
  });
}
