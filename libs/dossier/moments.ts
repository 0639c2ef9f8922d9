import { DomainError, type Instant } from '#libs/kernel';

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The moment that a text names, as an Instant; null when it names none. A zone is required: a moment without one is a guess. */
export function parseInstant(text: string): Instant | null {
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return null;
  const at = new Date(ms).toISOString();
  // 30 February rolls over to March in JavaScript, and year 9999 can roll over to one that no text of ours holds.
  const local = new Date(ms + offsetMs(text)).toISOString();
  // PostgreSQL knows no year 0: what comes before year 1 is a slip and would be an error there.
  const fits = at.length === 24 && at >= '0001';
  return fits && local.slice(0, 10) === text.slice(0, 10) ? at : null;
}

/** Like {@link parseInstant}; throws DomainError `moment_not_understood` naming the field. Undefined stays undefined. */
export function checkInstant(text: string | undefined, field: string): Instant | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at === null)
    throw new DomainError('moment_not_understood', { field, params: { value: text.slice(0, 40) } });
  return at;
}

function offsetMs(text: string): number {
  const found = /([+-])(\d{2}):(\d{2})$/.exec(text);
  if (!found) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === '-' ? -minutes : minutes) * 60_000;
}
