import { join } from 'node:path';
import { DomainError } from '#libs/kernel';
import { readOidc, type OidcConfig } from './oidc.js';
import {
  address,
  addressRange,
  folder,
  isLoopbackAddress,
  list,
  oneOf,
  origin,
  port,
  url,
  type Read,
} from './readers.js';
import { projectRoot } from './root.js';
import { weakServerPassword } from './secrets.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const MODES = ['development', 'production', 'test'] as const;
/** Only `development` answers with the cause of a failure. */
export type Mode = (typeof MODES)[number];

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
  mode: Mode;
  /** under which readers reach us, as browsers write it in Origin; always set when `host` is not loopback */
  publicUrl?: string;
  /** absolute; where the keys lie that no database holds */
  keysDir: string;
  oidc?: OidcConfig;
  /** addresses and ranges of the proxies whose X-Forwarded-For is believed */
  trustProxy: string[];
  /** origins of other sites whose pages may ask us; none by default */
  allowedOrigins: string[];
}

/** Everything that is wrong with the environment, in one sentence per variable. Code `config_invalid`. */
export class ConfigError extends DomainError {
  constructor(readonly problems: readonly string[]) {
    super('config_invalid', { params: { problems: [...problems] } });
    this.message = `The environment is not usable:\n${problems.map((p) => `  ${p}`).join('\n')}`;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/** A URL may hold a password, so what was wrong is shown without it. */
function shown(text: string): string {
  const safe = text.replace(/^([a-z+.-]+:\/\/)?.*@/is, '$1…@');
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe);
}

/**
 * Reads the environment. An empty variable counts as absent. Throws {@link ConfigError} naming every variable that is
 * wrong, with what would be accepted, so that nobody has to start five times to learn of five mistakes. No secret is in
 * what it says.
 */
export function loadConfig(env: Env = process.env): Config {
  const problems: string[] = [];
  const isSet = (name: string): boolean => Boolean(env[name]?.trim());
  const read = <T>(name: string, parse: (text: string) => Read<T>): T | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    const result = parse(text);
    if ('value' in result) return result.value;
    problems.push(`${name}: found ${shown(text)}, wanted ${result.wanted}`);
    return undefined;
  };
  const postgres = url('postgresql', 'postgres');
  const dataDir = read('MOTCUA_DATA', folder) ?? join(projectRoot(), '.motcua');
  const optional = {
    databaseUrl: read('DATABASE_URL', postgres),
    databaseOwnerUrl: read('DATABASE_OWNER_URL', postgres),
    redisUrl: read('REDIS_URL', url('redis', 'rediss')),
    publicUrl: read('PUBLIC_URL', origin),
    oidc: readOidc(read, isSet, (text) => problems.push(text)),
  };
  const config: Config = {
    port: read('PORT', port) ?? 3000,
    host: read('HOST', address) ?? '127.0.0.1',
    dataDir,
    keysDir: read('MOTCUA_KEYS', folder) ?? join(dataDir, 'keys'),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS)) ?? 'info',
    mode: read('NODE_ENV', oneOf(MODES)) ?? 'production',
    trustProxy: read('TRUST_PROXY', list(addressRange, 'addresses of proxies')) ?? [],
    allowedOrigins: read('ALLOWED_ORIGINS', list(origin, 'origins')) ?? [],
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
  problems.push(...contradictions(config, isSet));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What is right by itself and wrong together. */
function contradictions(config: Config, isSet: (name: string) => boolean): string[] {
  const problems: string[] = [];
  if (isSet('DATABASE_OWNER_URL') && !isSet('DATABASE_URL')) {
    problems.push('DATABASE_OWNER_URL: is set without DATABASE_URL, wanted both or neither');
  }
  for (const [name, value] of [
    ['DATABASE_URL', config.databaseUrl],
    ['DATABASE_OWNER_URL', config.databaseOwnerUrl],
    ['REDIS_URL', config.redisUrl],
  ] as const) {
    const weak = value === undefined ? undefined : weakServerPassword(value);
    if (weak) problems.push(`${name}: ${weak}`);
  }
  if (isLoopbackAddress(config.host)) return problems;
  // Without it nobody can tell our name from one that a page elsewhere had resolve to us.
  if (!isSet('PUBLIC_URL')) {
    problems.push(
      `PUBLIC_URL: is missing, wanted with HOST=${config.host}: the https address under which readers reach it`,
    );
  }
  if (config.mode === 'development') {
    problems.push(
      `NODE_ENV: found "development" with HOST=${config.host}, wanted it on this machine only: answers hold causes of failures`,
    );
  }
  return problems;
}
