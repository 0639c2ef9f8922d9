import { isAbsolute, join, resolve } from 'node:path';
import { DomainError } from '#libs/kernel';
import { projectRoot } from './root.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says, checked. Absent values are the defaults; absent URLs mean "embedded". */
export interface Config {
  /** 0 asks the system for a free one */
  port: number;
  host: string;
  /** absolute; where the embedded server keeps everything */
  dataDir: string;
  /** no server of our own is started when this is set */
  databaseUrl?: string;
  /** who migrates; the role of `databaseUrl` when absent */
  databaseOwnerUrl?: string;
  /** jobs go to Redis when this is set, else to PostgreSQL */
  redisUrl?: string;
  logLevel: LogLevel;
}

/** Everything that is wrong with the environment, in one sentence per variable. Code `config_invalid`. */
export class ConfigError extends DomainError {
  constructor(readonly problems: readonly string[]) {
    super('config_invalid', { params: { problems: [...problems] } });
    this.message = `The environment is not usable:\n${problems.map((p) => `  ${p}`).join('\n')}`;
  }
}

type Env = Readonly<Record<string, string | undefined>>;
/** The value to use, or what would have been accepted instead. */
type Read<T> = { value: T } | { wanted: string };

const LOOPBACK = /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

function port(text: string): Read<number> {
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && value <= 65535 ? { value } : { wanted: 'a whole number from 0 to 65535' };
}

// Until sign-in exists the acting officer is whoever the caller says: nobody outside this machine may be asked.
function loopback(text: string): Read<string> {
  return LOOPBACK.test(text)
    ? { value: text }
    : { wanted: '127.0.0.1, ::1 or localhost, until Motcua has sign-in' };
}

function folder(text: string): Read<string> {
  if (/[\0\r\n]/.test(text)) return { wanted: 'a folder name without line breaks' };
  return { value: isAbsolute(text) ? resolve(text) : resolve(process.cwd(), text) };
}

function url(...schemes: string[]): (text: string) => Read<string> {
  const wanted = `a URL like ${schemes[0]}://user@host${schemes[0] === 'redis' ? ':6379' : '/database'}`;
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) return { wanted };
    if (schemes[0] === 'postgresql' && parsed.pathname.length < 2)
      return { wanted: `${wanted}; the database is missing` };
    return { value: text };
  };
}

function logLevel(text: string): Read<LogLevel> {
  const value = LOG_LEVELS.find((level) => level === text);
  return value ? { value } : { wanted: LOG_LEVELS.join(', ') };
}

/** A URL may hold a password, so what was wrong is shown without it. */
function shown(text: string): string {
  const safe = text.replace(/:\/\/[^@/]*@/, '://…@');
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe);
}

/**
 * Reads the environment. An empty variable counts as absent. Throws {@link ConfigError} naming every variable that is
 * wrong, with what would be accepted, so that nobody has to start five times to learn of five mistakes.
 */
export function loadConfig(env: Env = process.env): Config {
  const problems: string[] = [];
  const read = <T>(name: string, parse: (text: string) => Read<T>): T | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    const result = parse(text);
    if ('value' in result) return result.value;
    problems.push(`${name}: found ${shown(text)}, wanted ${result.wanted}`);
    return undefined;
  };
  const postgres = url('postgresql', 'postgres');
  const config: Config = {
    port: read('PORT', port) ?? 3000,
    host: read('HOST', loopback) ?? '127.0.0.1',
    dataDir: read('MOTCUA_DATA', folder) ?? join(projectRoot(), '.motcua'),
    logLevel: read('LOG_LEVEL', logLevel) ?? 'info',
  };
  const databaseUrl = read('DATABASE_URL', postgres);
  const databaseOwnerUrl = read('DATABASE_OWNER_URL', postgres);
  const redisUrl = read('REDIS_URL', url('redis', 'rediss'));
  if (databaseUrl) config.databaseUrl = databaseUrl;
  if (databaseOwnerUrl) config.databaseOwnerUrl = databaseOwnerUrl;
  if (redisUrl) config.redisUrl = redisUrl;
  if (env.DATABASE_OWNER_URL?.trim() && !env.DATABASE_URL?.trim()) {
    problems.push('DATABASE_OWNER_URL: is set without DATABASE_URL, wanted both or neither');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
