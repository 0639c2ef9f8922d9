import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type CalendarYear, type WorkingCalendar, defaultCalendar } from '#libs/calendar';
import { connect } from '#libs/database';
import { recomputeDeadlines } from '#libs/dossier';
import { ManualClock, fromMillis, toMillis } from '#libs/kernel';
import {
  Desk,
  PROCEDURE,
  type SmallProvince,
  type TestDatabase,
  UNIT,
  smallProvince,
  testDatabase,
} from '#libs/testing';
import type { CommandName } from '#libs/workflow';
import { catchUp } from './fresh.fixture.js';
import { at } from './history.fixture.js';
import { quarterly } from './quarterly.js';
import { verifyCounts } from './verify.js';

/** The marks that the count rests on are the engine's: here the engine itself writes them. */
const HOUR = 3_600_000;
const RUNS = Number(process.env.MOTCUA_RUNS ?? 12);

let database: TestDatabase;
let province: SmallProvince;
let owner: Awaited<ReturnType<typeof connect>>;
let empty: () => Promise<void>;

before(async () => {
  database = await testDatabase();
  province = await smallProvince(database.app);
  // Stretches whose ends fall among the events, so that figures are compared as they stood on many days.
  await database.app.query(
    `INSERT INTO motcua.period SELECT 'test ' || n, 'custom', '2019-03-18', date '2019-03-18' + n FROM generate_series(1, 150, 4) n`,
  );
  owner = await connect(database.ownerUrl);
  empty = async () => {
    const tables = [
      'command',
      'event',
      'deadline',
      'dossier_party',
      'dossier',
      'code_counter',
      'report_cell',
      'report_sum',
      'follower',
    ];
    await owner.query(tables.map((table) => `DELETE FROM motcua.${table}`).join('; '));
  };
});
after(() => owner.end());

/** Who may do it most often, and with what; the engine refuses what does not fit, and that is fine. */
const ACTS: [CommandName, 'counter-1' | 'specialist-1' | 'head-1', object][] = [
  ['receive', 'counter-1', {}],
  ['receive', 'counter-1', {}],
  ['startProcessing', 'counter-1', {}],
  ['completeStep', 'specialist-1', {}],
  ['completeStep', 'specialist-1', {}],
  ['resolve', 'specialist-1', { outcome: 'approved' }],
  ['resolve', 'head-1', { outcome: 'rejected' }],
  ['requestSupplement', 'counter-1', { reason: 'thiếu' }],
  ['requestSupplement', 'specialist-1', { reason: 'thiếu' }],
  ['supplement', 'counter-1', {}],
  ['requestPayment', 'counter-1', {}],
  ['confirmPayment', 'counter-1', {}],
  ['suspend', 'head-1', { reason: 'chờ' }],
  ['resume', 'head-1', {}],
  ['withdraw', 'counter-1', {}],
  ['discontinue', 'head-1', { reason: 'dừng' }],
  ['refuse', 'counter-1', { reason: 'sai' }],
];

type Turn =
  | { kind: 'act'; dossier: number; act: number }
  | { kind: 'file'; procedure: number; unit: number; channel: 'counter' | 'online' | 'postal' }
  | { kind: 'sweep' }
  | { kind: 'newCalendar'; off: number };

const turn = fc.record({
  hours: fc.constantFrom(0, 0.5, 2, 7, 24, 24 * 3, 24 * 8),
  what: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('act' as const),
        dossier: fc.nat(7),
        act: fc.nat(ACTS.length - 1),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('file' as const),
        procedure: fc.nat(2),
        unit: fc.nat(1),
        channel: fc.constantFrom('counter', 'online', 'postal'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('newCalendar' as const), off: fc.nat(60) }) },
  ),
});

const PROCEDURES = [PROCEDURE.certificate, PROCEDURE.copy, PROCEDURE.restarting];
const UNITS = [UNIT.commune, UNIT.otherCommune];

/** The calendar with five more days off, as when a holiday is decided late: open dossiers get later dates, or the old ones back. */
function withDaysOff(calendar: WorkingCalendar, first: number): WorkingCalendar {
  const days = Array.from({ length: 5 }, (_, i) => ({
    day: fromMillis(toMillis('2019-03-18T00:00:00Z') + (first + i) * 24 * HOUR).slice(0, 10),
    why: 'decided late',
    certainty: 'B',
  }));
  const years = new Map(calendar.years);
  const known: CalendarYear = years.get(2019)!;
  const makeUp = new Set(known.makeUp.map((listed) => listed.day));
  years.set(2019, { ...known, off: [...known.off, ...days.filter((listed) => !makeUp.has(listed.day))] });
  return defaultCalendar(years);
}

async function play(turns: readonly { hours: number; what: Turn }[]): Promise<void> {
  const reference = { ...province };
  const desk = new Desk(database.app, reference);
  const dossiers: { code: string; unit: string }[] = [];
  let now = toMillis(at('2019-03-18 07:30'));
  for (const { hours, what } of turns) {
    now += hours * HOUR;
    const moment = fromMillis(now);
    if (what.kind === 'sweep') await desk.alarms.sweep(moment);
    else if (what.kind === 'newCalendar') {
      reference.calendar = withDaysOff(province.calendar, what.off);
      await recomputeDeadlines(database.app, reference, new ManualClock(moment));
    } else if (what.kind === 'file') {
      const unit = UNITS[what.unit]!;
      const code = await desk.file(moment, {
        procedure: PROCEDURES[what.procedure]!,
        unit,
        channel: what.channel,
        by: `counter-1@${unit}`,
      });
      dossiers.push({ code, unit });
    } else if (dossiers.length > 0) {
      const { code, unit } = dossiers[what.dossier % dossiers.length]!;
      const [command, position, payload] = ACTS[what.act]!;
      await desk.ask({ command, code, by: `${position}@${unit}`, at: moment, payload: { ...payload } });
    }
  }
  await desk.alarms.sweep(fromMillis(now));
}

test('what the engine writes, with its alarms and late changes of the calendar, counts the same both ways', async () => {
  let counted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 20, maxLength: 90 }), async (turns) => {
      await empty();
      await play(turns);
      await catchUp(database.app);
      const result = await verifyCounts(database.app);
      assert.deepEqual(result.differences, []);
      assert.equal(result.orphans, 0);
      const report = await quarterly(database.app, { from: '2019-03-15', until: '2019-06-15', by: 'unit' });
      assert.ok(report.identityHolds);
      counted += report.total.resolved;
    }),
    { numRuns: RUNS },
  );
  assert.ok(counted > 0, 'no run resolved anything: the test tests nothing');
});
