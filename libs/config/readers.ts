import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';

/** The value to use, or what would have been accepted instead. */
export type Read<T> = { value: T } | { wanted: string };

const LOOPBACK = /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** True for the addresses under which only this machine reaches itself; with or without brackets. */
export function isLoopbackAddress(host: string): boolean {
  return LOOPBACK.test(host.replace(/^\[(.*)\]$/, '$1').toLowerCase());
}

export function port(text: string): Read<number> {
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && value <= 65535 ? { value } : { wanted: 'a whole number from 0 to 65535' };
}

/** A name could come to mean another address tomorrow: where to listen is an address, or this machine. */
export function address(text: string): Read<string> {
  return isIP(text) !== 0 || text === 'localhost'
    ? { value: text }
    : { wanted: 'an IP address or localhost' };
}

export function folder(text: string): Read<string> {
  if (/[\0\r\n]/.test(text)) return { wanted: 'a folder name without line breaks' };
  return { value: isAbsolute(text) ? resolve(text) : resolve(process.cwd(), text) };
}

export function url(...schemes: string[]): (text: string) => Read<string> {
  const wanted = `a URL like ${schemes[0]}://user@host${schemes[0] === 'redis' ? ':6379' : '/database'}`;
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) return { wanted };
    if (schemes[0] === 'postgresql' && parsed.pathname.length < 2)
      return { wanted: `${wanted}; the database is missing` };
    return { value: text };
  };
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => Read<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { wanted: words.join(', ') } : { value };
  };
}

/** A web address that nobody between us and the reader can change: https, or http where nothing is between. */
function safeUrl(text: string): URL | undefined {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || parsed.username !== '' || parsed.password !== '' || /[?#*\s\\]/.test(text)) return undefined;
  const safe =
    parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopbackAddress(parsed.hostname));
  return safe ? parsed : undefined;
}

/** Scheme, host and port; nothing behind them but a slash. Gives it in the form that browsers send as Origin. */
export function origin(text: string): Read<string> {
  const parsed = safeUrl(text);
  return parsed && parsed.pathname === '/'
    ? { value: parsed.origin }
    : { wanted: 'https://name[:port] without a path (http for this machine only)' };
}

/** The issuer of an OpenID provider, as it writes itself: with its path, and a slash at the end only if it has one. */
export function issuer(text: string): Read<string> {
  return safeUrl(text)
    ? { value: text }
    : { wanted: 'https://… without a query (http for this machine only)' };
}

/** Words between commas, each read for itself; the first that is wrong is what is told. */
export function list<T>(read: (text: string) => Read<T>, what: string): (text: string) => Read<T[]> {
  return (text) => {
    const values: T[] = [];
    for (const word of text.split(',').map((one) => one.trim())) {
      const result = read(word);
      if (!('value' in result)) return { wanted: `${what}, separated by commas: each ${result.wanted}` };
      values.push(result.value);
    }
    return { value: [...new Set(values)] };
  };
}

/** An address or a range of addresses; never all of them, which would believe anybody. */
export function addressRange(text: string): Read<string> {
  const wanted = 'an address or a range such as 10.0.0.0/8, of at most half of all addresses';
  const [start = '', bits, ...rest] = text.split('/');
  const kind = isIP(start);
  if (kind === 0 || rest.length > 0) return { wanted };
  if (bits === undefined) return { value: text };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) === 0) return { wanted };
  try {
    new BlockList().addSubnet(start, Number(bits), kind === 4 ? 'ipv4' : 'ipv6');
  } catch {
    return { wanted };
  }
  return { value: text };
}

/** One visible line. */
export function line(text: string): Read<string> {
  return /^[\x21-\x7e]{1,255}$/.test(text)
    ? { value: text }
    : { wanted: '1 to 255 visible characters without a space' };
}

/** The name of a claim. */
export function claim(text: string): Read<string> {
  return /^[A-Za-z][A-Za-z0-9_:/.-]{0,99}$/.test(text) ? { value: text } : { wanted: 'the name of a claim' };
}

/** A secret that stands alone in a file, without the line break at its end. */
export function secretFile(text: string): Read<string> {
  try {
    return { value: readFileSync(text, 'utf8').replace(/\r?\n$/, '') };
  } catch {
    return { wanted: 'a file that is there and can be read' };
  }
}
