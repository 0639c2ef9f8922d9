import type { Operation } from './document.js';
import { CANARY, CANARY_HEADER } from './payloads.js';
import type { Request } from './request.js';
import type { WireAnswer } from './wire.js';

/** What the inside of the service would be known by: a driver's words, names of tables, places in the code. */
const INSIDE =
  /syntax error|SQLSTATE|pg_|invalid input syntax|violates|motcua\.(?:[a-z]+_)*[a-z]+\b|node_modules|\.[jt]s:\d|\n\s+at |QueryFailedError|ECONN|TypeError|RangeError/;
/** A secret drawn at random, or a cursor: once in some thousands the letters of one are a word from inside. */
const DRAWN = /(?=[\w.-]*[a-z])(?=[\w.-]*[A-Z])(?=[\w.-]*\d)[\w.-]{20,}/g;
/** What an answer may say of its own form, and no more. */
const HEADER_LINE = /^[A-Za-z][A-Za-z0-9-]*: [\x20-\x7e]*$/;
const PROBLEM = 'application/problem+json';

/** Which promises of the API an answer breaks; none for a good one. */
export function breaches(operation: Operation, request: Request, answer: WireAnswer): string[] {
  const found: string[] = [];
  const demand = (holds: boolean, what: string): void => void (holds || found.push(what));
  const { status, head, headers, text } = answer;
  const type = headers.get('content-type') ?? '';
  const lines = head.split('\r\n').slice(1);
  const bad = lines.find((line) => !HEADER_LINE.test(line));
  demand(bad === undefined, `a header that is none: ${JSON.stringify(bad)}`);
  demand(!headers.has(CANARY_HEADER) && !head.includes(CANARY), 'a header that the request wrote');
  demand(headers.get('x-content-type-options') === 'nosniff', 'no nosniff');
  const inside = wordsFromInside(`${head}\n${text}`);
  demand(inside === undefined, `words from inside: ${inside}`);
  demand(status < 500, `answered ${status}`);
  if (status >= 400) problemBreaches(status, type, text, demand);
  // Another address may be another operation, or a page.
  else if (!request.spoiledPath) {
    const promised = operation.promised.get(String(status));
    demand(promised !== undefined, `answered ${status}, which is not described`);
    const kept = promised?.length === 0 ? text === '' : promised?.some((one) => type.startsWith(one));
    demand(kept !== false, `answered with ${type}`);
    const written = parts(type, text);
    demand(!written.some((part) => parsed(part) === undefined), 'no JSON');
  }
  return found;
}

/** The first word in an answer that only the inside of the service knows; undefined when there is none. */
export function wordsFromInside(answer: string): string | undefined {
  return INSIDE.exec(answer.replace(DRAWN, '…'))?.[0];
}

/** The texts of an answer that must each be JSON. */
function parts(type: string, text: string): string[] {
  const media = type.split(';', 1)[0]!.trim();
  if (media === 'application/json') return [text];
  return media === 'application/jsonl' ? text.split('\n').filter((line) => line !== '') : [];
}

function problemBreaches(
  status: number,
  type: string,
  text: string,
  demand: (holds: boolean, what: string) => void,
): void {
  const problem = parsed(text);
  demand(type.startsWith(PROBLEM), `a refusal as ${type}`);
  if (problem === undefined || problem === null || typeof problem !== 'object') {
    demand(false, 'a refusal that is no problem document');
    return;
  }
  const { code, title, detail, instance, type: urn, ...rest } = problem as Record<string, unknown>;
  demand(rest.status === status, 'a problem of another status');
  demand(typeof code === 'string' && /^[a-z_]+$/.test(code), 'a problem without a code');
  demand(urn === `urn:motcua:problem:${code as string}`, 'a problem of another type');
  const told = [title, detail].every((one) => typeof one === 'string' && one !== '');
  demand(told && typeof instance === 'string', 'a problem without words');
  demand(!/\{\{\w*\}\}.*\{\{\w*\}\}/.test(String(title)), 'a gap in a sentence');
  for (const name of ['stack', 'message', 'query', 'cause'])
    demand(!(name in rest), `a problem with ${name}`);
}

/** Refusals of a request's form, by a check that nothing comes after. */
const OF_FORM = new Set([
  ...[
    'not_found',
    'unknown_command',
    'unknown_field',
    'field_required',
    'field_not_understood',
    'not_one_of',
  ],
  ...['text_too_long', 'list_too_long', 'number_out_of_range', 'control_characters', 'form_not_understood'],
  ...['occurred_at_not_yours', 'key_reused'],
]);
/** Not there, not yours, not now, not so: told by whoever looked into what was meant. */
const OF_SUBSTANCE = new Set([403, 404, 409, 412, 422]);

/** True when an answer came from beyond the checks of form: something was done, found, or refused for what it means. */
export function isDeep(answer: WireAnswer): boolean {
  if (answer.status < 300) return true;
  const code = (parsed(answer.text) as { code?: string } | undefined)?.code ?? '';
  return OF_SUBSTANCE.has(answer.status) && !OF_FORM.has(code);
}

/** The value of a JSON text; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
