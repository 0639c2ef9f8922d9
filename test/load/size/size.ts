import { beginReplay, countDossiers, findReplay, finishReplay, startBoard } from '#libs/dossier';
import { type Follower, connect } from '#libs/database';
import { startProjector } from '#libs/reporting';
import { Progress, say } from '../../../apps/cli/progress.js';
import { openDesk } from './ask.js';
import { catchUp } from './catch-up.js';
import { engineAtSize } from './engine.js';
import { loadSize } from './load.js';
import { planOf } from './plan.js';
import { openSizeServer, type SizeProvince } from './province.js';
import { questionsOn } from './questions.js';
import { reportAgainstRecount } from './recount.js';
import { type SizeDocument, sizeTable } from './document.js';
import { rowSecurity } from './row-security.js';
import { verifySize } from './verify.js';

export interface SizeOptions {
  /** one of SIZE_NAMES */
  size: string;
  /** the folder of a loaded database that is to stay, and to be used again */
  keep?: string;
  json: boolean;
  rounds: number;
  /** how long the engine runs on each database in each round; 2 unless told */
  seconds?: number;
}

/** How often each kind of list is compared with itself without row-level security. */
const SECURED_ROUNDS = 7;
/** How often each kind of question is asked. */
const REQUESTS = 100;

/**
 * Loads a province of the given size and measures what must hold there: that `verify` passes, how quickly followers catch
 * up, what reading costs over HTTP and by row-level security, the report beside the recount, and the engine beside itself on an empty database.
 * Prints the table, or with `json` the document and nothing else, on stdout. Everything is removed afterwards, but for `keep`.
 */
export async function benchSize(options: SizeOptions, signal: AbortSignal): Promise<void> {
  const plan = planOf(options.size);
  say('bench: starting a PostgreSQL of its own, everything forced to disk …');
  const server = await openSizeServer(options.keep);
  try {
    let province = await server.province('size');
    const found = await findReplay(province.pool);
    const fresh = found === null;
    if (found && (found.options.size !== options.size || !found.finishedAt)) {
      throw new Error(
        `the folder ${server.folder} holds another or a half-loaded database: remove it or choose another`,
      );
    }
    if (fresh && (await countDossiers(province.pool)) > 0)
      throw new Error(`the folder ${server.folder} holds other dossiers`);
    if (fresh) {
      await beginReplay(province.pool, { size: options.size });
      const seconds = await loadSize(plan, { ...province, signal });
      await finishReplay(province.pool, { loadSeconds: Math.round(seconds) });
    }
    const loadSeconds = Number((await findReplay(province.pool))?.result?.loadSeconds);
    signal.throwIfAborted();
    say('followers read the log from its beginning …');
    const caughtUp = await catchUp(province, signal);
    await asOwner(province, 'VACUUM (ANALYZE)');
    const verified = fresh ? await verifySize(province) : null;
    signal.throwIfAborted();

    await server.restart();
    province = await server.province('size');
    const followers = [startProjector, startBoard].map((start) => start({ pool: province.pool, signal }));
    const questions = await ask(province, followers, signal);
    say('each kind of list with row-level security, and in turn without it …');
    const secured = await rowSecurity(province, { rounds: SECURED_ROUNDS, signal });
    const report = await reportAgainstRecount(province);
    await Promise.all(followers.map((follower) => follower.stop()));
    signal.throwIfAborted();

    // Before the engine's row adds dossiers of its own: everything above was measured on these.
    const sizes = await sizesOf(province);
    await asOwner(province, 'CHECKPOINT');
    const engine = await engineAtSize(await server.province('empty'), province, {
      rounds: options.rounds,
      seconds: options.seconds ?? 2,
      signal,
    });
    const document: SizeDocument = {
      size: options.size,
      ...sizes,
      loadSeconds,
      caughtUp,
      verified,
      questions,
      secured,
      report,
      engine,
    };
    process.stdout.write(`${options.json ? JSON.stringify(document) : sizeTable(document)}\n`);
  } finally {
    await server.close();
  }
}

async function ask(
  province: SizeProvince,
  followers: readonly Follower[],
  signal: AbortSignal,
): Promise<SizeDocument['questions']> {
  const questions = await questionsOn(province);
  const desk = await openDesk(province, followers);
  const progress = new Progress('kinds of questions', questions.length);
  try {
    const answered = [];
    for (const question of questions) {
      signal.throwIfAborted();
      answered.push(await desk.ask(question, REQUESTS));
      progress.at(answered.length);
    }
    return answered;
  } finally {
    progress.stop();
    await desk.close();
  }
}

async function asOwner({ ownerUrl }: SizeProvince, sql: string): Promise<void> {
  const owner = await connect(ownerUrl);
  await owner.query(sql).finally(() => owner.end());
}

async function sizesOf({
  pool,
}: SizeProvince): Promise<Pick<SizeDocument, 'dossiers' | 'events' | 'open' | 'megabytes'>> {
  const { rows } = await pool.query<Pick<SizeDocument, 'dossiers' | 'events' | 'open' | 'megabytes'>>(
    `SELECT (SELECT count(*) FROM motcua.dossier) AS dossiers, (SELECT count(*) FROM motcua.event) AS events,
       (SELECT count(*) FROM motcua.dossier WHERE closed_at IS NULL) AS open,
       pg_database_size(current_database()) / 1000000 AS megabytes`,
  );
  return rows[0]!;
}
