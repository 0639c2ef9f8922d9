import { DomainError, type JsonObject } from '#libs/kernel';
import { FORMAT, FORMAT_VERSION } from '../export.js';
import { type SealedHead, parseHead } from '../head.js';

/** A file, line by line, without the ends of lines. */
export type Lines = AsyncIterable<string> | Iterable<string>;

/** The file is none that can be verified. Code `audit_file_not_understood`; the message says why. */
export class AuditFileError extends DomainError {
  constructor(why: string) {
    super('audit_file_not_understood');
    this.message = `The file cannot be verified: ${why}.`;
  }
}

export interface Header {
  content: 'log' | 'heads';
  from: number;
  /** PEM of the public key that the heads are said to be signed with */
  key: string | null;
}

/** An object, or undefined for anything else. */
export function parseObject(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

export const emptyFile = (): AuditFileError => new AuditFileError('it is empty');

/** Reads the first line. Throws {@link AuditFileError} when it is not that of an export of this version. */
export function parseHeader(line: string): Header {
  if (line === '') throw emptyFile();
  const value = parseObject(line);
  if (value?.kind !== 'header' || value.format !== FORMAT)
    throw new AuditFileError('its first line is not that of npx motcua audit export');
  if (value.version !== FORMAT_VERSION)
    throw new AuditFileError(
      `it is of version ${JSON.stringify(value.version)}, and this Motcua reads version ${FORMAT_VERSION}`,
    );
  const { content, from, key } = value;
  if (
    (content !== 'log' && content !== 'heads') ||
    !Number.isSafeInteger(from) ||
    !(key === null || typeof key === 'string')
  )
    throw new AuditFileError('its first line is broken');
  return { content, from: from as number, key };
}

export interface HeadOfFile {
  head: SealedHead;
  line: number;
  /** it vouches for what was before the beginning of the file, and its leaves may be of events that are not in it */
  base: boolean;
}

/** The heads of a file of heads, or of a whole export. Throws {@link AuditFileError} for what is neither. */
export async function* readHeads(lines: Lines): AsyncGenerator<HeadOfFile> {
  let header: Header | undefined;
  let number = 0;
  let heads = 0;
  for await (const text of lines) {
    number++;
    if (!header) header = parseHeader(text);
    else if (text.includes('"kind":"head"')) {
      const value = parseObject(text);
      const head = value && parseHead(value);
      if (!head) throw new AuditFileError(`line ${number} of the kept heads is broken`);
      yield { head, line: number, base: header.from > 0 && ++heads === 1 };
    }
  }
  if (!header) throw emptyFile();
}
