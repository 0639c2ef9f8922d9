import { say } from '../../../apps/cli/progress.js';
import type { Ground } from '../ground.js';
import type { Row } from '../row.js';
import { Dbos } from './dbos.js';
import { EmmettRival, emmettIsInstalled } from './emmett.js';
import { PgBossBulk } from './pgboss-bulk.js';
import { PgBossRival } from './pgboss.js';
import { RivalRow } from './rival.js';
import { Textbook } from './textbook.js';

/** What else one might pick, on the same server as the engine, each with schemas of its own. */
export function rivalRows({ server }: Ground): Row[] {
  const url = server.url('bench');
  const rivals = [new Textbook(url), new Dbos(url), new PgBossRival(url), new PgBossBulk(url)];
  const emmett = emmettIsInstalled() ? [new EmmettRival(url)] : [];
  if (emmett.length === 0) say('bench: without the row emmett, see docs/decisions/bench-rivals.md');
  return [...rivals, ...emmett].map((rival) => new RivalRow(rival));
}
