import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { defaultCalendar, parseStateCalendar } from '#libs/calendar';
import { projectRoot } from '#libs/config';
import { importCalendarYears, loadCalendarYears } from '#libs/organization';
import { Desk, PROCEDURE, type TestDatabase, UNIT, smallProvince, testDatabase } from '#libs/testing';
import { on, runMotcua, scratchFolder } from '../spawn.fixture.js';

const folder = scratchFolder();
const COUNTER = `counter-1@${UNIT.commune}`;

describe('motcua calendar import', () => {
  let shipped: Record<string, unknown>;
  let database: TestDatabase;
  let desk: Desk;
  let files = 0;
  before(async () => {
    shipped = JSON.parse(await readFile(join(projectRoot(), 'data/state-calendar.json'), 'utf8'));
  });
  // The offices know the procedures, and 2024, but not 2019.
  beforeEach(async () => {
    database = await testDatabase();
    const province = await smallProvince(database.app);
    const known = parseStateCalendar({ 2024: shipped[2024] });
    await importCalendarYears(database.app, 'state', known);
    desk = new Desk(database.app, { ...province, calendar: defaultCalendar(known) });
  });

  const calendar = (...args: string[]) => runMotcua(['calendar', 'import', ...args], on(database));
  const file = async (content: unknown): Promise<string> => {
    const path = join(folder, `years-${++files}.json`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const stored = async () => [...(await loadCalendarYears(database.app, 'state'))];
  const deadlines = async () =>
    (await database.app.query('SELECT status, due_at, reason FROM motcua.deadline')).rows;
  const receive = async (): Promise<void> => {
    const code = await desk.file('2019-04-12T01:00:00.000Z', { procedure: PROCEDURE.certificate });
    await desk.act(code, 'receive', COUNTER, '2019-04-12T02:00:00.000Z');
  };
  const UNKNOWN = { status: 'unknown', due_at: null, reason: 'calendar_year_unknown:2019' };

  it('makes the deadline known of a dossier that was received before its year was', async () => {
    await receive();
    assert.deepEqual(await deadlines(), [UNKNOWN]);
    const path = await file({ 2019: shipped[2019] });
    assert.deepEqual(await calendar(path), {
      code: 0,
      stdout: 'years: 1 new, 0 changed, 0 as they were\ndeadlines: 1 of 1 changed, 0 still unknown\n',
      stderr: '',
    });
    // A Friday; Monday 15 April 2019 was off, so the third working day is Thursday.
    assert.deepEqual(await deadlines(), [
      { status: 'running', due_at: '2019-04-18T10:00:00.000Z', reason: null },
    ]);
    assert.equal(
      (await calendar(path)).stdout,
      'years: 0 new, 0 changed, 1 as they were\ndeadlines: 0 of 1 changed, 0 still unknown\n',
    );
  });

  it('prints one JSON document, and says what is still unknown', async () => {
    await receive();
    const other = await calendar(await file({ 2026: shipped[2026] }), '--json');
    assert.deepEqual(JSON.parse(other.stdout), {
      years: { inserted: 1, updated: 0, unchanged: 0 },
      deadlines: { looked: 1, changed: 0, unknown: 1 },
    });
    assert.deepEqual([other.code, other.stderr], [0, '']);
    assert.deepEqual(await deadlines(), [UNKNOWN]);
  });

  it('refuses a file that contradicts itself or what is known, in a sentence, and stores nothing of it', async () => {
    const before = await stored();
    // 4 May 2024 was a make-up Saturday: nobody can be off on it.
    for (const [content, place, day] of [
      [
        {
          2019: shipped[2019],
          2020: { off: [['2020-05-02', 'x', 'A']], makeup_working: [['2020-05-02', 'y', 'A']] },
        },
        '2020.makeUp[0]',
        '2020-05-02',
      ],
      [
        {
          2019: shipped[2019],
          2025: { off: [['2025-01-01', 'x', 'A']], adjacent_off: [['2024-05-04', 'y', 'A']] },
        },
        '2025.off[0]',
        '2024-05-04',
      ],
    ] as const) {
      const { code, stdout, stderr } = await calendar(await file(content));
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^The calendar cannot be used: .* should be a day that is not listed as .*\.\n$/);
      for (const word of [place, day]) assert.ok(stderr.includes(word), stderr);
      assert.deepEqual(await stored(), before);
    }
  });

  it('says that a file is no JSON, or is not there, before any database is opened', async () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/nothing' };
    const broken = await file('{"2019":');
    const absent = join(folder, 'absent.json');
    for (const [path, sentence] of [
      [broken, `The calendar cannot be used, ${JSON.stringify(broken)}: it should be JSON.\n`],
      [absent, `The file ${JSON.stringify(absent)} is not there or cannot be read.\n`],
    ] as const) {
      assert.deepEqual(await runMotcua(['calendar', 'import', path], nowhere), {
        code: 1,
        stdout: '',
        stderr: sentence,
      });
    }
  });
});
