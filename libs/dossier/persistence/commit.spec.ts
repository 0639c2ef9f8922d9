import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { asRole, connect, Lanes, verifyChain, type Pool } from '#libs/database';
import { UNIT, smallProvince, testDatabase, type TestDatabase } from '#libs/testing';
import { after, allOf, chainOf, Forger, type Hanging, type Known } from './commit.fixture.js';
import { batchOf } from './commit-rows.js';
import { commit, type Commitment } from './commit.js';

const RECORDED = '2019-03-18T02:00:00.000Z';
const DENIED = { code: '42501' };
const OTHER = `counter-1@${UNIT.otherCommune}`;

let db: TestDatabase;
let pool: Pool;
let forger: Forger;
before(async () => {
  db = await testDatabase();
  pool = db.app;
  forger = new Forger(await smallProvince(pool));
});

const write = (lanes: Lanes, all: Commitment[]) => commit(lanes, all, RECORDED);

async function born(lanes: Lanes, many: number): Promise<Known[]> {
  const births = Array.from({ length: many }, (_, ord) => forger.birth(ord));
  assert.ok((await write(lanes, births)).every(({ outcome }) => outcome === 'live'));
  return births.map((one) => after(one));
}

function subsets<T>(of: readonly T[]): T[][] {
  return of.reduce<T[][]>((all, one) => [...all, ...all.map((some) => [...some, one])], [[]]);
}

const HANGING = subsets(['alarm', 'deadline', 'party'] as const).map((names): Hanging =>
  Object.fromEntries(names.map((name) => [name, true])),
);

/** Every combination of parts, of one command and of several, each held against what stands in the tables then. */
async function everyCombination(lanes: Lanes): Promise<void> {
  for (const rows of subsets(['move', 'birth', 'refusal'] as const)) {
    for (const hanging of HANGING) {
      for (const many of [1, 3]) {
        if (rows.length === 0 || (many === 1 && rows.length > 1)) continue;
        if (hanging.alarm && !rows.includes('move')) continue;
        const known = rows.includes('move') ? await born(lanes, many) : [];
        const all = Array.from({ length: many }, () => rows)
          .flat()
          .map((row, ord) => {
            const part = row === 'birth' ? { ...hanging, alarm: false } : hanging;
            if (row === 'refusal') return forger.refusal(ord);
            return row === 'birth'
              ? forger.birth(ord, part)
              : forger.move(ord, known[Math.floor(ord / rows.length)]!, part);
          });
        const name = `${rows.join('+')} × ${many} with ${Object.keys(hanging).join('+')}`;
        const outcomes = await write(lanes, all);
        assert.deepEqual(new Set(outcomes.map(({ outcome }) => outcome)), new Set(['live']), name);
        for (const one of all) await isThere(one, name);
      }
    }
  }
}

async function isThere({ key, change, head }: Commitment, name: string): Promise<void> {
  const { rows } = await pool.query('SELECT FROM motcua.command WHERE key = $1', [key]);
  assert.equal(rows.length, 1, name);
  if (!change) return;
  const events = await chainOf(pool, change.dossierId);
  assert.equal(events.length, change.version + change.alarmCount, name);
  const { breaks, head: last } = verifyChain(events);
  assert.deepEqual([breaks, last], [[], Buffer.from(head!)], name);
  const { rows: told } = await pool.query<{ deadline: boolean; party: boolean; head: Uint8Array }>(
    `SELECT EXISTS (SELECT FROM motcua.deadline t WHERE t.dossier_id = d.id) AS deadline, d.head,
       EXISTS (SELECT FROM motcua.dossier_party a WHERE a.dossier_id = d.id AND a.revision = d.party_revision) AS party
     FROM motcua.dossier d WHERE id = $1`,
    [change.dossierId],
  );
  assert.deepEqual(told, [{ deadline: change.deadline !== null, party: true, head: last }], name);
}

describe('the statement makes its settings before any policy asks for them', () => {
  test('in every combination of its parts, alone and in batches, on tables with nothing in them', async () => {
    await everyCombination(db.commands);
  });

  test('and as it is planned on tables that are full and counted', async () => {
    for (let times = 0; times < 8; times++) await born(db.commands, 500);
    const owner = await connect(db.ownerUrl);
    await owner.query('ANALYZE').finally(() => owner.end());
    const lanes = new Lanes(asRole(db.appUrl, 'motcua_commit'), 1);
    await everyCombination(lanes).finally(() => lanes.end());
  });

  test('and they are gone with it', async () => {
    const lanes = new Lanes(asRole(db.appUrl, 'motcua_commit'), 1);
    try {
      await born(lanes, 1);
      await assert.rejects(lanes.query({ text: 'SELECT count(*) FROM motcua.dossier' }), { code: '22P02' });
    } finally {
      await lanes.end();
    }
  });
});

describe('a commitment of an officer of another unit, past everything that decides', () => {
  const forged: [string, Parameters<Forger['move']>[3]][] = [
    ['as it is', {}],
    ['with a dossier that is said to have been theirs', { heldBy: [] }],
    ['of somebody who sees nothing', { scope: [] }],
  ];
  for (const [name, how] of forged) {
    test(`changes nothing, alone and among honest ones: ${name}`, async () => {
      const [theirs, ...honest] = await born(db.commands, 4);
      const other = how!.heldBy ? { ...how, heldBy: [forger.other] } : how;
      const hanging = { alarm: true, deadline: true, party: true };
      const lie = (ord: number) =>
        forger.move(ord, theirs!, hanging, { scope: [forger.other], officer: OTHER, ...other });
      const stood = await allOf(pool, theirs!.id);
      assert.deepEqual(await write(db.commands, [lie(0)]), [{ outcome: 'moved', code: null }]);
      assert.equal(await allOf(pool, theirs!.id), stood);
      const mixed = [lie(0), ...honest.map((known, nth) => forger.move(nth + 1, known, hanging))];
      const outcomes = (await write(db.commands, mixed)).map(({ outcome }) => outcome);
      assert.deepEqual(outcomes, ['moved', 'live', 'live', 'live']);
      assert.equal(await allOf(pool, theirs!.id), stood);
      const { rows } = await pool.query('SELECT FROM motcua.command WHERE officer = $1', [OTHER]);
      assert.equal(rows.length, 0);
    });
  }

  test('is written when the dossier was with their unit', async () => {
    const [known] = await born(db.commands, 1);
    await pool.query('UPDATE motcua.dossier SET held_by = $2 WHERE id = $1', [known!.id, [forger.other]]);
    const honest = forger.move(
      0,
      known!,
      {},
      { scope: [forger.other], officer: OTHER, heldBy: [forger.other] },
    );
    assert.equal((await write(db.commands, [honest]))[0]!.outcome, 'live');
  });
});

describe('settings that do not name what is written', () => {
  const full = { alarm: true, deadline: true, party: true };

  test('make the whole statement fail, or find no dossier', async () => {
    const [known] = await born(db.commands, 1);
    const stood = await allOf(pool, known!.id);
    const move = [forger.move(0, known!, full)];
    const birth = [forger.birth(0)];
    const asked = batchOf(move);
    const failing = (all: Commitment[], less: Partial<typeof asked>) =>
      assert.rejects(commit(db.commands, all, RECORDED, { ...batchOf(all), ...less }), DENIED);
    await failing(move, { dossiers: [] });
    await failing(move, { dossiers: [birth[0]!.dossierId!] });
    await failing(move, { officers: [OTHER] });
    await failing([forger.refusal(0)], { officers: [] });
    await failing(birth, { units: [forger.other] });
    await failing(birth, { dossiers: [known!.id] });
    const elsewhere = await commit(db.commands, move, RECORDED, { ...asked, units: [forger.other] });
    assert.equal(elsewhere[0]!.outcome, 'moved');
    assert.equal(await allOf(pool, known!.id), stood);
  });

  const SAID = (units: string, dossiers: string): string =>
    `WITH said AS MATERIALIZED (SELECT set_config('motcua.batch_units', '${units}', true),
       set_config('motcua.batch_dossiers', '${dossiers}', true), set_config('motcua.batch_officers', '{}', true))`;

  test('let no event, no deadline and no personal data of another dossier in', async () => {
    const [mine, other] = await born(db.commands, 2);
    const said = SAID('*', `{${mine!.id}}`);
    for (const insert of [
      `INSERT INTO motcua.event (dossier_id, version, type, state, officer, unit_id, occurred_at, recorded_at, data)
       SELECT $1::uuid, 2, 'amended', 'submitted', 'x', 1, '2019-03-18', '2019-03-18', '{}' FROM said`,
      `INSERT INTO motcua.deadline (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at)
       SELECT $1::uuid, 1, 'running', 1, 'hour', 'state', '2019-03-18' FROM said`,
      `INSERT INTO motcua.dossier_party (dossier_id, revision, name, occurred_at, recorded_at)
       SELECT $1::uuid, 2, 'Tên', '2019-03-18', '2019-03-18' FROM said`,
    ]) {
      await assert.rejects(db.commands.query({ text: `${said} ${insert}`, values: [other!.id] }), DENIED);
      await db.commands.query({ text: `${said} ${insert}`, values: [mine!.id] });
    }
  });
});

describe('the role that commits', () => {
  const refused = (text: string, code = '42501') => assert.rejects(db.commands.query({ text }), { code });

  test('cannot change what happened, nor whose a dossier is', async () => {
    for (const text of [
      `UPDATE motcua.event SET officer = 'x'`,
      'DELETE FROM motcua.event',
      'DELETE FROM motcua.dossier',
      'UPDATE motcua.dossier SET receiving_unit_id = 1',
      `UPDATE motcua.dossier SET code = 'x'`,
      'UPDATE motcua.dossier_party SET revision = 9',
      'DELETE FROM motcua.command',
      'SELECT FROM motcua.event_rest',
      'SELECT FROM motcua.access_log',
      'SELECT FROM motcua.dossier_board',
    ])
      await refused(text);
  });

  test('reads nothing before it is said what', async () => {
    const fresh = new Lanes(asRole(db.appUrl, 'motcua_commit'), 1);
    try {
      for (const table of ['dossier', 'deadline', 'dossier_party', 'event', 'command']) {
        await assert.rejects(
          fresh.query({ text: `SELECT count(*) FROM motcua.${table}` }),
          { code: '42704' },
          table,
        );
      }
    } finally {
      await fresh.end();
    }
  });
});
