import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '#libs/config';
import { registerAccount } from './commands/account.js';
import { registerAudit } from './commands/audit.js';
import { registerCalendar } from './commands/calendar.js';
import { registerDeadline } from './commands/deadline.js';
import { registerImport } from './commands/import.js';
import { registerKeys } from './commands/keys.js';
import { registerProcedure } from './commands/procedure.js';
import { registerReport } from './commands/report.js';
import { registerRights } from './commands/rights.js';
import { registerVerify } from './commands/verify.js';
import { explainFailure } from './failure.js';
import { today } from './today.js';

const DEMO_SEED = 2019;

/** `motcua`: each command loads what it needs when it runs, so that `--help` and the pure ones are quick and start no database. */
function program(signal: AbortSignal): Command {
  const motcua = new Command('motcua')
    .description('One-stop-shop administrative procedures: dossiers, deadlines, the quarterly report.')
    .showHelpAfterError();

  motcua
    .command('demo')
    .description(
      "replay Trà Vinh's second quarter of 2019 through the engine, print its table, then serve it",
    )
    .option('--exit', 'leave after the table', false)
    .option('--json', 'one JSON document on stdout and nothing else there', false)
    .option('--fresh', 'start over: erase the data folder first', false)
    .option('--scale <share>', 'replay a share of the quarter, above 0 up to 1', share, 1)
    .option('--carried-over <n>', 'dossiers in process from before the period', count, 0)
    .option('--seed <number>', 'what the generated distribution derives from', count, DEMO_SEED)
    .action(async (options) => (await import('./demo/demo.js')).demo(options, signal));

  motcua
    .command('serve')
    .description('serve the API, with worker and followers in the same process')
    .action(async () => (await import('./serve.js')).serveAlone(signal));

  motcua
    .command('bench')
    .description('measure the engine beside plain PostgreSQL, on a server of its own')
    .option('--json', 'one JSON document on stdout and nothing else there', false)
    .option('--rounds <n>', 'how often every row runs, in turn', some, 5)
    .option('--seconds <s>', 'how long each row runs in each round (2), or the overload lasts (10)', seconds)
    .option('--only <rows>', 'only these rows, by name, with commas between', (names) => names.split(','))
    .option('--overload', 'three times what the service can do, over HTTP, instead of the rows', false)
    .option('--check', 'end with 1 when a ratio is below the one in test/load/recorded-ratios.json', false)
    .addOption(
      new Option('--size <size>', 'measure with so many dossiers, over HTTP too').choices([
        '10k',
        '100k',
        '200k',
        '1m',
      ]),
    )
    .option('--keep <folder>', 'with --size: leave the loaded database there, and use it again')
    .action(async (options) => {
      if (options.size) await (await import('../../test/load/size/size.js')).benchSize(options, signal);
      else await (await import('../../test/load/bench.js')).bench(options, signal);
    });

  motcua
    .command('migrate')
    .description('bring the database up to this version')
    .action(async () => (await open()).close());

  registerProcedure(motcua);
  registerDeadline(motcua);
  registerReport(motcua, open);
  registerImport(motcua, { open, today: () => today() });
  registerCalendar(motcua, open);
  registerRights(motcua);
  registerVerify(motcua, open);
  registerAccount(motcua, { open });
  registerAudit(motcua, { open, config: () => loadConfig(process.env) });
  registerKeys(motcua, () => loadConfig(process.env));
  return motcua;
}

/** The database that the environment names, migrated; beside a running Motcua its server is used. */
async function open() {
  const { openDatabase } = await import('#libs/database');
  const database = await openDatabase(loadConfig(process.env), {
    join: true,
    onLost: () => {
      process.stderr.write(
        'The Motcua whose database this command was reading has ended. Run the command again.\n',
      );
      process.exit(1);
    },
  });
  return { pool: database.app, close: () => database.close() };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1)) {
    throw new InvalidArgumentError('Expected a number above 0, up to 1, for instance 0.01.');
  }
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 600) return value;
  throw new InvalidArgumentError('Expected a number above 0, up to 600.');
}

function some(text: string): number {
  if (count(text) < 1) throw new InvalidArgumentError('Expected a whole number, 1 or more.');
  return count(text);
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
}

// `motcua … | head`: a reader that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stop.abort(new Error(name)));
}

try {
  await program(stop.signal).parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
