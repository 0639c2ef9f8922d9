import { DomainError } from './errors.js';

/** Longest piece of a message that is kept. */
const LONGEST = 300;
const DEEPEST = 4;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const FRAME = /^\s{4}at .{1,300}$/;

/**
 * An error as a log may hold it: what kind, where from, and no value that it was about. Messages of the database and of
 * parsers quote what they were given, which may be a name or a token: of the database's errors only the code, the table
 * and the constraint are told, of a parser's nothing but its kind; of all others the message without what stands in
 * quotes, e-mail addresses and long runs of digits, up to its first line's end. On one line; with `frames` the places in the code follow, each on its own.
 */
export function describeCause(error: unknown, { frames = false } = {}): string {
  const lines: string[] = [];
  let one = error;
  for (let depth = 0; depth < DEEPEST; depth++) {
    lines.push(`${depth === 0 ? '' : 'because of '}${kindOf(one)}`);
    if (frames) lines.push(...framesOf(one));
    if (!(one instanceof Error) || one.cause === undefined) break;
    one = one.cause;
  }
  return lines.join(frames ? '\n' : ', ');
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  if (error instanceof DomainError) return `DomainError ${error.code}`;
  const { code, table, constraint, column } = error as Error & Record<string, unknown>;
  const name = /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
  if (typeof code === 'string' && SQLSTATE.test(code)) {
    const where = Object.entries({ table, constraint, column }).filter(
      ([, value]) => typeof value === 'string',
    );
    return [`${name} SQLSTATE ${code}`, ...where.map(([what, value]) => `${what} ${String(value)}`)].join(
      ', ',
    );
  }
  if (error instanceof SyntaxError) return name;
  return `${name}${typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? ` ${code}` : ''}: ${redacted(error.message)}`;
}

/** A message without what may be a value in it. An opening quote without its end hides all that follows. */
function redacted(message: string): string {
  return message
    .split('\n', 1)[0]!
    .slice(0, 10 * LONGEST)
    .replace(/(["“«`])[\s\S]*?(?:["”»`]|$)|(?<!\p{L})'[\s\S]*?(?:'(?!\p{L})|$)/gu, '…')
    .replace(/[^\s@<>]+@[^\s@<>]+/g, '…')
    .replace(/\d[\d\s.-]{4,}\d/g, '…')
    .slice(0, LONGEST);
}

/** The places in the code. The message stands before them in a stack, and may hold lines that look like one. */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return [];
  const { stack, message } = error;
  const at = stack.indexOf(message);
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line));
}
