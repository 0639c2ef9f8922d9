import { randomUUID } from 'node:crypto';
import type { Case, Of, Spoil } from './cases.js';
import type { Operation } from './document.js';
import type { Target } from './ground.js';
import { TOKENS } from './known.js';
import { Digits, withKey } from './payloads.js';

/** A request that is ready to be sent. */
export interface Request {
  bytes: Buffer;
  /** another address than the operation's own, perhaps: what it answers with is not this one's to promise */
  spoiledPath: boolean;
}

/** What a request may speak of: its dossier, and the others of the same list. */
export interface About {
  target: Target;
  others: readonly Target[];
  /** the position of whoever asks */
  officer: string;
}

type Header = [name: string, value: string];

/** Writes a case as the bytes of an HTTP request. `credentials` are the headers that say who asks. */
export function requestOf(
  { method, path, body: takesBody }: Operation,
  given: Case,
  credentials: Record<string, string>,
  about: About,
): Request {
  const spoils = <P extends Spoil['in']>(place: P): Of<P>[] =>
    given.spoils.filter((one): one is Of<P> => one.in === place);
  const fill = (text: string): string => filled(text, about);
  const address =
    pathOf(path, given.path, spoils('path'), fill) + queryOf(given.query, spoils('query'), fill);
  const body = takesBody === undefined ? undefined : bodyOf(given.body, spoils('body'), fill);
  const spoiledBytes = spoils('bytes').reduce<Buffer | undefined>(
    (bytes, spoil) => spoilBytes(bytes ?? Buffer.from('{}'), spoil),
    body,
  );
  const sent = spoiledBytes ?? Buffer.alloc(0);
  const headers: Header[] = [
    ['Host', 'localhost'],
    ...Object.entries(credentials).filter(([name]) => !(name in given.headers)),
    ...Object.entries(given.headers).map(([name, value]): Header => [name, fill(String(value))]),
    ...(sent.length > 0 ? [['Content-Type', 'application/json'] as Header] : []),
  ];
  const lines = spoilHeaders(headers, spoils('header')).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${address} HTTP/1.1\r\n${lines.join('')}Content-Length: ${sent.length}\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), sent]), spoiledPath: spoils('path').length > 0 };
}

function filled(text: string, { target, others, officer }: About): string {
  if (!text.includes('⟨')) return text;
  return text.replace(TOKENS, (token, name: string, nth?: string) => {
    const one = nth === undefined ? target : others[Number(nth) % others.length]!;
    if (name === 'fresh') return randomUUID();
    if (name === 'officer') return officer;
    return name in one ? String(one[name as keyof Target]) : token;
  });
}

/** Percent-encodes everything but letters, digits, `-` and `.`; halves of surrogate pairs as UTF-8 has them: replaced. */
function percent(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[\w.-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function pathOf(
  path: string,
  values: Record<string, unknown>,
  spoils: Of<'path'>[],
  fill: (text: string) => string,
): string {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((one) => one[1]!);
  const written = Object.fromEntries(names.map((name) => [name, percent(fill(String(values[name])))]));
  let after = '';
  for (const spoil of spoils) {
    const once = percent(spoil.text);
    const text = { once, twice: percent(once), raw: oneHead(spoil.text) }[spoil.written];
    if (names.length > 0) written[names[spoil.at % names.length]!] = text;
    else after = `/${text}`;
  }
  return path.replace(/\{(\w+)\}/g, (_, name: string) => written[name]!) + after;
}

/** An empty line would end the head: what follows would be another request, and rightly get an answer of its own. */
function oneHead(text: string): string {
  return text.replace(/[\r\n]{3,}/g, '\r\n');
}

function queryOf(
  values: Record<string, unknown>,
  spoils: Of<'query'>[],
  fill: (text: string) => string,
): string {
  const pairs = Object.entries(values).map(([name, value]): Header => [name, percent(fill(String(value)))]);
  for (const { at, text, as } of spoils) {
    const one = pairs[at % Math.max(1, pairs.length)];
    const written = percent(text);
    if (as === 'more' || !one) pairs.push(at % 2 === 0 ? [written, 'x'] : ['x', written]);
    else if (as === 'instead') one[1] = written;
    else pairs.push(as === 'again' ? [one[0], written] : [`${one[0]}[${written}]`, written]);
  }
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

function spoilHeaders(headers: Header[], spoils: Of<'header'>[]): Header[] {
  return spoils.reduce((all, { name, text, as }) => {
    const value = oneHead(text);
    const others = all.filter((one) => one[0].toLowerCase() !== name.toLowerCase());
    return as === 'instead' ? [...others, [name, value]] : [...all, [name, value]];
  }, headers);
}

/** More than any list may hold. */
const MANY = 600;

interface Place {
  holder: Record<string, unknown> | unknown[];
  key: string;
}

function bodyOf(value: unknown, spoils: Of<'body'>[], fill: (text: string) => string): Buffer | undefined {
  const root = { body: copied(value) } as Record<string, unknown>;
  for (const spoil of spoils) {
    const places = placesIn(root);
    const { holder, key } = places[spoil.at % places.length] ?? { holder: root, key: 'body' };
    const here = (holder as Record<string, unknown>)[key];
    const put = (one: unknown): unknown => ((holder as Record<string, unknown>)[key] = one);
    const other = copied(spoil.value);
    if (spoil.as === 'instead') put(other);
    else if (spoil.as === 'many') put(Array.from({ length: MANY }, () => other));
    else if (spoil.as === 'gone') delete (holder as Record<string, unknown>)[key];
    else put(withKey(here !== null && typeof here === 'object' ? here : {}, spoil.key, other));
  }
  const written = JSON.stringify(root.body, (_, one: unknown) =>
    one instanceof Digits ? `⟦${one.text}⟧` : one,
  ) as string | undefined;
  return written === undefined ? undefined : Buffer.from(fill(written.replace(/"⟦([^⟧]*)⟧"/g, '$1')));
}

/** A copy that may be changed; digits stay what they are. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (value === null || typeof value !== 'object' || value instanceof Digits) return value;
  return Object.entries(value).reduce<object>((all, [key, inner]) => withKey(all, key, copied(inner)), {});
}

function placesIn(holder: Place['holder']): Place[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(value !== null && typeof value === 'object' && !(value instanceof Digits)
      ? placesIn(value as Place['holder'])
      : []),
  ]);
}

function spoilBytes(bytes: Buffer, { at, as }: Of<'bytes'>): Buffer {
  const middle = at % (bytes.length + 1);
  const insert = (...more: number[]): Buffer =>
    Buffer.concat([bytes.subarray(0, middle), Buffer.from(more), bytes.subarray(middle)]);
  switch (as) {
    case 'cut':
      return bytes.subarray(0, middle);
    case 'mark':
      return Buffer.concat([Buffer.from('\ufeff'), bytes]);
    case 'twice':
      return Buffer.concat([bytes, bytes]);
    case 'latin':
      return insert(0xe9);
    case 'half':
      return insert(0xed, 0xa0, 0x80);
    case 'wide':
      return Buffer.from(bytes.toString('utf8'), 'utf16le');
    case 'nothing':
      return Buffer.alloc(0);
  }
}
