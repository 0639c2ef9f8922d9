import { type KeyObject, createPublicKey } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import type { AuditResult } from '#libs/audit';
import { type Config, type SigningKey, KeysError, loadKeys } from '#libs/config';
import type { Pool } from '#libs/database';
import { DomainError } from '#libs/kernel';
import type { OpenPool } from './report.js';

/** How many findings are printed for a person; `--json` gives all that were kept. */
const SHOWN = 50;
const QUIET_MS = 2_000;
const AGAIN_MS = 1_000;

export interface AuditDeps {
  open: OpenPool;
  config: () => Pick<Config, 'dataDir'> & { keysDir?: string; databaseUrl?: string };
  out?: Writable;
  err?: (text: string) => void;
}

/** Adds `motcua audit export`, `heads` and `verify`. The last one needs no database: exit code 0 clean, 1 findings, 2 no export. */
export function registerAudit(program: Command, deps: AuditDeps): void {
  const err = deps.err ?? ((text: string) => void process.stderr.write(text));
  const group = program.command('audit').description('the sealed log: export it, and prove an export');

  group
    .command('export')
    .description('the log with its signed heads, as JSON lines; what is not sealed yet is sealed first')
    .option('--out <file>', 'write to this file instead of stdout')
    .option('--from-size <n>', 'begin at the last head of at most so many events', count)
    .action((options: Wanted) => run(options));
  group
    .command('heads')
    .description('the signed heads alone, to be kept elsewhere')
    .option('--out <file>', 'write to this file instead of stdout')
    .action((options: Wanted) => run({ ...options, headsOnly: true }));

  const run = async ({ out: file, ...options }: Wanted): Promise<void> => {
    const { exportLog } = await import('#libs/audit');
    const key = sealKey(deps, err);
    const { pool, close } = await deps.open();
    const told = progress(err);
    const to = file === undefined ? (deps.out ?? process.stdout) : createWriteStream(file, { mode: 0o600 });
    try {
      if (file !== undefined) await once(to, 'open').catch(unwritable(file));
      if (key) await sealAll(pool, key);
      const at = new Date().toISOString();
      const publicKey = key?.publicKey;
      const write = async (line: string): Promise<void> => {
        if (!to.write(`${line}\n`)) await once(to, 'drain');
      };
      const done = await exportLog(
        pool,
        { at, ...options, ...(publicKey && { publicKey }), onProgress: told.tell },
        write,
      );
      if (file !== undefined) await new Promise<void>((ended) => to.end(ended));
      told.end();
      err(
        `${done.events} events, ${done.heads} heads${done.unsealed > 0 ? `, ${done.unsealed} not sealed yet` : ''}\n`,
      );
    } finally {
      await close();
    }
  };

  group
    .command('verify <file>')
    .description(
      'prove an export, without a database; exit code 1 when anything was changed, 2 when it is no export',
    )
    .option(
      '--against <heads>',
      'heads that were kept elsewhere: nothing that they sealed may have changed since',
    )
    .option('--key <pem>', 'the public key (motcua keys show --pem), kept elsewhere')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: { against?: string; key?: string; json?: true }) => {
      const { verifyExport } = await import('#libs/audit');
      const told = progress(err);
      const { against, key } = options;
      try {
        const result = await verifyExport(linesOf(file), {
          ...(key !== undefined && { publicKey: publicKeyOf(key) }),
          ...(against !== undefined && { against: () => linesOf(against) }),
          onProgress: told.tell,
        });
        told.end();
        (deps.out ?? process.stdout).write(options.json ? `${JSON.stringify(result)}\n` : asText(result));
        if (!result.ok) process.exitCode = 1;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        err(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
}

interface Wanted {
  out?: string;
  fromSize?: number;
  headsOnly?: boolean;
}

/** The key, when it is there: without it an export is possible all the same, only nothing more is sealed. */
function sealKey(deps: AuditDeps, err: (text: string) => void): SigningKey | undefined {
  try {
    return loadKeys(deps.config(), { make: false }).seal;
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    err(`${error.message}\nNothing more is sealed, and the export does not name the key.\n`);
    return undefined;
  }
}

async function sealAll(pool: Pool, key: SigningKey): Promise<void> {
  const { SealError, startSealer } = await import('#libs/audit');
  let refused!: (error: Error) => void;
  const refusing = new Promise<never>((_, reject) => (refused = reject));
  const log = (line: string) => {
    if (/^seal_\w+: /.test(line))
      refused(new SealError(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)));
  };
  const sealer = startSealer({ pool, key, restMs: 0, log });
  try {
    await Promise.race([sealer.caughtUp(), refusing]);
  } finally {
    await sealer.stop();
  }
}

/** The lines of a file; a file that cannot be read is said so by name. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 });
  await once(stream, 'open').catch(unreadable(file));
  stream.on('error', () => {});
  yield* createInterface({ input: stream, crlfDelay: Infinity });
}

function publicKeyOf(file: string): KeyObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable(file)(error);
  }
  try {
    // A private key would do as well, and must not be asked for.
    if (!text.includes('PRIVATE')) return createPublicKey(text);
  } catch {
    // said below
  }
  const wrong = new DomainError('key_not_understood');
  wrong.message = `${file} holds no public key (PEM), as motcua keys show --pem prints it.`;
  throw wrong;
}

const failure =
  (code: string, what: string) =>
  (cause: unknown): never => {
    const error = new DomainError(code, { cause });
    error.message = `${what}: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw error;
  };
const unreadable = (file: string) => failure('file_not_readable', `${file} cannot be read`);
const unwritable = (file: string) => failure('file_not_writable', `${file} cannot be written`);

/** Says how far it is, once it takes more than two seconds. */
function progress(err: (text: string) => void): { tell: (events: number) => void; end: () => void } {
  const begun = performance.now();
  let next = begun + QUIET_MS;
  return {
    tell: (events) => {
      const now = performance.now();
      if (now < next) return;
      next = now + AGAIN_MS;
      const rate = Math.round((events * 1_000) / (now - begun));
      err(process.stderr.isTTY ? `\r${events} events, ${rate}/s\x1b[K` : `${events} events, ${rate}/s\n`);
    },
    end: () => {
      if (process.stderr.isTTY && performance.now() > begun + QUIET_MS) err('\r\x1b[K');
    },
  };
}

function asText(result: AuditResult): string {
  const { events, heads, from, sealed, unsealed, sealedAt, key, found, findings } = result;
  const shown = findings.slice(0, SHOWN).map(({ code, what, dossier, dossierId, version, type, line }) => {
    const where = [
      dossier ?? dossierId,
      version !== null && `version ${version}`,
      type,
      line !== null && `line ${line}`,
    ];
    return `  ${where.filter(Boolean).join(', ')}  ${code}: ${what}`;
  });
  return [
    `${events} events, ${heads} heads; ${sealed} sealed${sealedAt === null ? '' : `, last at ${sealedAt}`}; ${unsealed} not sealed yet`,
    ...(from > 0 ? [`the file begins after ${from} events: what they were was not checked`] : []),
    key
      ? `key ${key.id}${key.given ? '' : ', which the file itself names: compare it with one kept elsewhere, or give --key'}`
      : 'no key: signatures were not checked',
    ...shown,
    ...(found > shown.length ? [`  and ${found - shown.length} more; --json gives more of them`] : []),
    found === 0 ? 'nothing was changed' : `${found} ${found === 1 ? 'thing is' : 'things are'} wrong`,
    '',
  ].join('\n');
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
}
