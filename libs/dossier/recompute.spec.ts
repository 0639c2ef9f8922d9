import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { defaultCalendar, type CalendarYear } from '#libs/calendar';
import { loadCalendarYears } from '#libs/organization';
import { testEngine, type TestEngine } from '../../test/support/engine.js';
import { Alarms } from './alarms.js';
import { Engine } from './engine.js';
import { recomputeDeadlines } from './recompute.js';
import { verify } from './verify.js';

const DAY_OFF = { why: 'decided late', certainty: 'B' };

describe('deadlines computed again', () => {
  let t: TestEngine;
  let procedure: string;

  beforeEach(async () => {
    t = await testEngine();
    procedure = t.reference.catalogue
      .all()
      .find(
        (v) =>
          v.level === 'commune' &&
          v.limit.unit === 'working_day' &&
          v.limit.value === 5 &&
          v.channels.includes('counter'),
      )!.code;
  });

  const calendarWith = async (year: number, change: (known: CalendarYear) => CalendarYear) => {
    const years = await loadCalendarYears(t.pool, 'state');
    years.set(year, change(years.get(year) ?? { off: [], makeUp: [] }));
    return defaultCalendar(years);
  };
  const row = async (code: string) =>
    (
      await t.pool.query<{
        status: string;
        due_at: string | null;
        reason: string | null;
        generation: number;
      }>(
        `SELECT t.status, t.due_at, t.reason, t.generation FROM motcua.deadline t JOIN motcua.dossier d ON d.id = t.dossier_id
         WHERE d.code = $1`,
        [code],
      )
    ).rows[0]!;
  const types = async (code: string): Promise<string[]> =>
    (
      await t.pool.query<{ type: string }>(
        `SELECT e.type FROM motcua.event e JOIN motcua.dossier d ON d.id = e.dossier_id WHERE d.code = $1
         ORDER BY e.epoch, e.xid, e.seq`,
        [code],
      )
    ).rows.map((event) => event.type);

  it('make an unknown date known when its year is imported; receive never failed for it', async () => {
    const known = await loadCalendarYears(t.pool, 'state');
    known.delete(2019);
    const blind = { ...t.reference, calendar: defaultCalendar(known) };
    const engine = new Engine({ pool: t.pool, reference: () => blind, clock: t.clock });
    const code = await t.file({ procedure });
    const officer = 'counter-1@000.01.21.H59';
    const received = await engine.execute({ command: 'receive', code, officer, key: 'blind', payload: {} });
    assert.ok(received.kind === 'accepted' && received.dueAt === null);
    assert.deepEqual(await row(code), {
      status: 'unknown',
      due_at: null,
      reason: 'calendar_year_unknown:2019',
      generation: 1,
    });
    assert.deepEqual(await types(code), ['submitted', 'received', 'deadlineUnknown']);

    const done = await recomputeDeadlines(t.pool, t.reference, t.clock);
    assert.deepEqual(done, { looked: 1, changed: 1, unknown: 0 });
    assert.equal((await row(code)).due_at, '2019-03-25T10:00:00.000Z');
    assert.deepEqual((await types(code)).at(-1), 'deadlineComputed');
    assert.deepEqual(await recomputeDeadlines(t.pool, t.reference, t.clock), {
      looked: 1,
      changed: 0,
      unknown: 0,
    });
  });

  it('follow a holiday that is decided late', async () => {
    const code = await t.file({ procedure });
    await t.run('receive', { code });
    const calendar = await calendarWith(2019, (known) => ({
      ...known,
      off: [...known.off, { day: '2019-03-22', ...DAY_OFF }],
    }));
    await recomputeDeadlines(t.pool, { ...t.reference, calendar }, t.clock);
    assert.equal((await row(code)).due_at, '2019-03-26T10:00:00.000Z');
    const next = await t.run('startProcessing', { code, expectedVersion: 2 });
    assert.equal(next.kind, 'accepted');
  });

  it('take back an overdue that the late holiday undoes', async () => {
    const alarms = new Alarms(t.pool);
    const code = await t.file({ procedure });
    await t.run('receive', { code });
    t.clock.moveTo('2019-03-25T11:00:00.000Z');
    await alarms.sweep(t.clock.now());
    assert.ok((await types(code)).includes('overdue'));
    const calendar = await calendarWith(2019, (known) => ({
      ...known,
      off: [...known.off, { day: '2019-03-22', ...DAY_OFF }],
    }));
    await recomputeDeadlines(t.pool, { ...t.reference, calendar }, t.clock);
    const { rows } = await t.pool.query<{ was: boolean }>(
      `SELECT (data->>'wasOverdue')::boolean AS was FROM motcua.event WHERE type = 'deadlineComputed'`,
    );
    assert.deepEqual(rows, [{ was: true }]);
  });

  it('make late from the moment they are computed a dossier whose date they put into the past', async () => {
    const alarms = new Alarms(t.pool);
    const code = await t.file({ procedure });
    await t.run('receive', { code });
    const off = [20, 21, 22].map((day) => ({ day: `2019-03-${day}`, ...DAY_OFF }));
    const later = await calendarWith(2019, (known) => ({ ...known, off: [...known.off, ...off] }));
    await recomputeDeadlines(t.pool, { ...t.reference, calendar: later }, t.clock);
    const now = '2019-03-27T03:00:00.000Z';
    t.clock.moveTo(now);
    await recomputeDeadlines(t.pool, t.reference, t.clock);
    await alarms.sweep('2019-03-27T04:00:00.000Z');
    const { rows } = await t.pool.query<{ at: string }>(
      `SELECT occurred_at AS at FROM motcua.event WHERE type = 'overdue'`,
    );
    // The 25th lies in a day that may be counted already; that it is late was decided on the 27th.
    assert.deepEqual(rows, [{ at: now }]);
    assert.deepEqual((await verify(t.pool, t.reference)).findings, []);
  });
});
