import { ProblemError } from '../problem/problem-error.js';

const AGENCY = String.raw`(?:\d{3}\.\d{2}\.\d{2}\.H\d{2}|H\d{2}(?:\.\d{1,4}){1,3})`;
const FORM = new RegExp(`^${AGENCY}-(\\d{2})(\\d{2})(\\d{2})-\\d{4,7}$`);

/** How a dossier code is written, for the OpenAPI document. */
export const DOSSIER_CODE_PATTERN = FORM.source;

/** True for `<agency code>-<YYMMDD>-<nnnn>` with a day that exists, e.g. `000.00.14.H20-200703-0002`. */
export function isDossierCode(text: string): boolean {
  const parts = FORM.exec(text);
  if (!parts) return false;
  const [year, month, day] = [2000 + Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The code as it was sent, when it is one. Throws `code_not_understood`. */
export function dossierCode(text: string, field = 'code'): string {
  if (!isDossierCode(text)) throw new ProblemError('code_not_understood', { field, params: { value: text } });
  return text;
}
