import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Breakable, UNIT, breakable } from '#libs/testing';
import { verify, type Finding } from './verify.js';

let world: Breakable;
before(async () => {
  world = await breakable();
});
after(() => world.close());

/** What verify finds after the owner has done `sql` to the database; then everything is put back. */
async function damaged(sql: string, values: unknown[] = []): Promise<Finding[]> {
  await world.damage(sql, values);
  try {
    const result = await verify(world.pool, world.desk.province);
    assert.equal(result.ok, false, `the damage was not found: ${sql}`);
    assert.ok(result.findings.every(({ what }) => what.length > 10));
    return result.findings;
  } finally {
    await world.putBack();
  }
}

const faults = (findings: Finding[]): string[] => findings.map(({ fault, dossier }) => `${fault} ${dossier}`);
const OF = (column = 'id'): string => `${column} = (SELECT id FROM motcua.dossier WHERE code = $1)`;

describe('the versions', () => {
  test('an event that is gone leaves a gap', async () => {
    const found = await damaged(`DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND version = 3`, [
      world.late,
    ]);
    assert.deepEqual(faults(found), [`version_gap ${world.late}`]);
    assert.match(found[0]!.what, /version 3 is missing/);
  });

  test('two events of one version are found', async () => {
    const found = await damaged(
      `INSERT INTO motcua.event SELECT * FROM motcua.event WHERE ${OF('dossier_id')} AND version = 2 AND type = 'received'`,
      [world.done],
    );
    assert.deepEqual(faults(found), [`version_repeated ${world.done}`]);
  });

  test('a dossier that is behind its log, or ahead of it, is found', async () => {
    for (const by of [-1, 1]) {
      const found = await damaged(`UPDATE motcua.dossier SET version = version + ${by} WHERE code = $1`, [
        world.done,
      ]);
      assert.deepEqual(faults(found), [`version_differs ${world.done}`]);
    }
  });

  test('a log that is gone altogether is found', async () => {
    const found = await damaged(`DELETE FROM motcua.event WHERE ${OF('dossier_id')}`, [world.filed]);
    assert.deepEqual(faults(found), [`version_differs ${world.filed}`]);
  });

  test('an event of a type that nobody knows is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET type = 'xstate.done' WHERE ${OF('dossier_id')} AND version = 3`,
      [world.done],
    );
    assert.ok(faults(found).includes(`event_unknown ${world.done}`));
  });

  test('events of a dossier that is not there are found by its id', async () => {
    const rows = await world.ask('SELECT id FROM motcua.dossier WHERE code = $1', [world.filed]);
    const found = await damaged('DELETE FROM motcua.dossier WHERE code = $1', [world.filed]);
    assert.ok(faults(found).includes(`event_without_dossier ${rows[0]!.id}`));
  });
});

describe('the snapshots', () => {
  test('a snapshot that its events do not give is found', async () => {
    const found = await damaged(
      `UPDATE motcua.dossier SET snapshot = jsonb_set(snapshot, '{outcome}', '"rejected"') WHERE code = $1`,
      [world.done],
    );
    assert.deepEqual(faults(found), [`snapshot_differs ${world.done}`]);
  });

  test('each column that repeats the snapshot or the log is held against it', async () => {
    const columns = {
      state: `'received'`,
      step: `'verify'`,
      current_unit_id: '0',
      submitted_at: `submitted_at + interval '1 second'`,
      received_at: 'NULL',
      closed_at: 'now()',
      last_at: `last_at + interval '1 millisecond'`,
    };
    for (const [column, value] of Object.entries(columns)) {
      const found = await damaged(`UPDATE motcua.dossier SET ${column} = ${value} WHERE code = $1`, [
        world.late,
      ]);
      assert.deepEqual(faults(found), [`column_differs ${world.late}`], column);
      assert.match(found[0]!.what, new RegExp(`^${column} is `));
    }
  });

  test('an event whose own state is not what folding gives is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET state = 'posted' WHERE ${OF('dossier_id')} AND version = 2 AND type = 'received'`,
      [world.done],
    );
    assert.deepEqual(faults(found), [`event_state ${world.done}`, `chain_hash ${world.done}`]);
  });

  test('an event that cannot follow from those before it is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET type = 'collected' WHERE ${OF('dossier_id')} AND version = 3`,
      [world.done],
    );
    assert.ok(faults(found).includes(`event_unfit ${world.done}`));
  });

  test('an event that is older than the one before it is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET occurred_at = '2019-03-17' WHERE ${OF('dossier_id')} AND version = 3`,
      [world.done],
    );
    assert.match(found[0]!.what, /occurred_before_last_event/);
  });

  test('a changed outcome in the log is found', async () => {
    const found = await damaged(
      `UPDATE motcua.event SET data = jsonb_set(data, '{p,outcome}', '"rejected"') WHERE ${OF('dossier_id')} AND type = 'resolved'`,
      [world.done],
    );
    assert.deepEqual(faults(found), [`snapshot_differs ${world.done}`, `chain_hash ${world.done}`]);
  });
});

describe('the codes', () => {
  test('a number that was passed over is found', async () => {
    const found = await damaged(`UPDATE motcua.dossier SET code = left(code, -4) || '0007' WHERE code = $1`, [
      world.filed,
    ]);
    const seven = world.filed.replace(/\d{4}$/, '0007');
    assert.deepEqual(faults(found), [`code_gap ${seven}`, 'code_counter null']);
    assert.match(found[0]!.what, /go to number 7 where 3 was next/);
  });

  test('a dossier that is gone leaves its number open', async () => {
    const found = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')}) DELETE FROM motcua.dossier WHERE code = $1`,
      [world.done],
    );
    assert.deepEqual(faults(found), [`code_gap ${world.filed}`]);
  });

  test('a code of another unit, another day, or badly written is found', async () => {
    for (const wrong of [
      `${UNIT.otherCommune}-190318-0003`,
      `${UNIT.commune}-190319-0003`,
      `${UNIT.commune}-190318-00003`,
      'x',
    ]) {
      const found = await damaged('UPDATE motcua.dossier SET code = $2 WHERE code = $1', [
        world.filed,
        wrong,
      ]);
      assert.ok(faults(found).includes(`code_text ${wrong}`), wrong);
    }
  });

  test('a counter that is ahead, behind, missing or without dossiers is found', async () => {
    const here = `unit_id = (SELECT id FROM motcua.unit WHERE agency_code = $1) AND day = '2019-03-18'`;
    for (const sql of [
      `UPDATE motcua.code_counter SET last = 4 WHERE ${here}`,
      `UPDATE motcua.code_counter SET last = 2 WHERE ${here}`,
      `DELETE FROM motcua.code_counter WHERE ${here}`,
      `INSERT INTO motcua.code_counter SELECT id, '2019-03-21', 1 FROM motcua.unit WHERE agency_code = $1`,
    ]) {
      const found = await damaged(sql, [UNIT.commune]);
      assert.deepEqual(faults(found), ['code_counter null'], sql);
      assert.deepEqual(found[0]!.detail!.unit, UNIT.commune);
    }
  });

  test('a day with more than 9,999 dossiers is in order: its numbers simply grow', async () => {
    const found = await damaged(
      `UPDATE motcua.dossier SET code = left(code, -4) || '10000' WHERE code = $1`,
      [world.filed],
    );
    assert.ok(!faults(found).some((fault) => fault.startsWith('code_text')));
  });
});

describe('the deadlines', () => {
  test('each part of a deadline that its last fact does not say is found', async () => {
    const parts = {
      generation: 'generation + 1',
      due_at: `due_at + interval '1 day'`,
      remaining_minutes: '5',
      reason: `'because'`,
    };
    for (const [column, value] of Object.entries(parts)) {
      const found = await damaged(
        `UPDATE motcua.deadline SET ${column} = ${value} WHERE ${OF('dossier_id')}`,
        [world.late],
      );
      assert.ok(faults(found).includes(`deadline_differs ${world.late}`), column);
    }
    const found = await damaged(`UPDATE motcua.deadline SET status = 'stopped' WHERE ${OF('dossier_id')}`, [
      world.unknown,
    ]);
    assert.deepEqual(faults(found), [`deadline_differs ${world.unknown}`]);
  });

  test('a deadline that is gone, or that no event tells of, is found', async () => {
    assert.deepEqual(
      faults(await damaged(`DELETE FROM motcua.deadline WHERE ${OF('dossier_id')}`, [world.late])),
      [`deadline_missing ${world.late}`],
    );
    const invented = `INSERT INTO motcua.deadline (dossier_id, generation, status, limit_value, limit_unit, calendar, started_at)
      SELECT id, 1, 'stopped', 1, 'hour', 'state', now() FROM motcua.dossier WHERE code = $1`;
    assert.deepEqual(faults(await damaged(invented, [world.filed])), [`deadline_untold ${world.filed}`]);
  });

  test('an alarm that was lost, or never raised, or set without a reason is found', async () => {
    const lost = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type = 'overdue' RETURNING dossier_id)
       UPDATE motcua.dossier SET alarms = alarms - 1 WHERE id IN (SELECT dossier_id FROM gone)`,
      [world.late],
    );
    assert.deepEqual(faults(lost), [`alarm_lost ${world.late}`, `head_differs ${world.late}`]);
    const count = await damaged('UPDATE motcua.dossier SET alarms = alarms + 1 WHERE code = $1', [
      world.late,
    ]);
    assert.deepEqual(faults(count), [`alarm_count ${world.late}`]);
    const warning = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type IN ('dueSoon', 'overdue') RETURNING dossier_id),
        set_again AS (UPDATE motcua.deadline SET alarm_at = due_at WHERE dossier_id IN (SELECT dossier_id FROM gone))
       UPDATE motcua.dossier SET alarms = 0 WHERE id IN (SELECT dossier_id FROM gone)`,
      [world.late],
    );
    assert.deepEqual(faults(warning), [`alarm_lost ${world.late}`, `head_differs ${world.late}`]);
    const untold = await damaged(
      `WITH gone AS (DELETE FROM motcua.event WHERE ${OF('dossier_id')} AND type = 'deadlineUnknown' RETURNING dossier_id)
       UPDATE motcua.dossier SET alarms = alarms - 1 WHERE id IN (SELECT dossier_id FROM gone)`,
      [world.unknown],
    );
    assert.deepEqual(faults(untold), [`alarm_lost ${world.unknown}`, `head_differs ${world.unknown}`]);
    for (const code of [world.late, world.done, world.unknown]) {
      const stray = await damaged(
        `UPDATE motcua.deadline SET alarm_at = '2030-01-01' WHERE ${OF('dossier_id')}`,
        [code],
      );
      assert.deepEqual(faults(stray), [`alarm_stray ${code}`]);
    }
  });
});

describe('the chain', () => {
  const change = (set: string, where: string, code: string): Promise<Finding[]> =>
    damaged(`UPDATE motcua.event SET ${set} WHERE ${OF('dossier_id')} AND ${where}`, [code]);

  test('whatever of an event is changed, its hash no longer fits', async () => {
    for (const set of [
      `officer = 'counter-2@x'`,
      'unit_id = unit_id + 1',
      `occurred_at = occurred_at + interval '1 millisecond'`,
      `data = data || '{"counted": false}'`,
      `data = jsonb_set(data, '{p,note}', '"x"')`,
    ]) {
      const found = await change(set, `type = 'received'`, world.late);
      assert.ok(faults(found).includes(`chain_hash ${world.late}`), set);
    }
  });

  test('an alarm that says something else is found, though no command rests on it', async () => {
    const found = await change('unit_id = unit_id + 1', `type = 'overdue'`, world.late);
    assert.deepEqual(faults(found), [`chain_hash ${world.late}`]);
    assert.match(found[0]!.what, /^the event overdue of version 6 does not have the hash/);
  });

  test('a hash that is another, or is gone, is found', async () => {
    const other = await change(`hash = sha256(hash)`, 'version = 1', world.filed);
    assert.deepEqual(faults(other), [`chain_hash ${world.filed}`, `head_differs ${world.filed}`]);
    const gone = await change('hash = NULL', `type = 'received'`, world.done);
    assert.deepEqual(faults(gone), [`chain_missing ${world.done}`]);
  });

  test('two alarms that changed places are found', async () => {
    const found = await damaged(
      `UPDATE motcua.event e SET seq = 2 * m.middle - seq FROM (SELECT dossier_id, avg(seq) AS middle FROM motcua.event
         WHERE ${OF('dossier_id')} AND type IN ('dueSoon', 'overdue') GROUP BY 1) m
       WHERE e.dossier_id = m.dossier_id AND e.type IN ('dueSoon', 'overdue')`,
      [world.late],
    );
    assert.deepEqual(
      new Set(faults(found)),
      new Set([`chain_hash ${world.late}`, `head_differs ${world.late}`]),
    );
  });

  test('a head that is not the hash of the last event is found', async () => {
    for (const head of ['sha256(head)', 'NULL']) {
      const found = await damaged(`UPDATE motcua.dossier SET head = ${head} WHERE code = $1`, [world.done]);
      assert.deepEqual(faults(found), [`head_differs ${world.done}`]);
    }
  });

  test('a dossier from before there were hashes, with none at all, is in order', async () => {
    await world.damage(`UPDATE motcua.event SET hash = NULL WHERE ${OF('dossier_id')}`, [world.done]);
    await world.damage('UPDATE motcua.dossier SET head = NULL WHERE code = $1', [world.done]);
    try {
      assert.deepEqual((await verify(world.pool, world.desk.province)).findings, []);
    } finally {
      await world.putBack();
    }
  });
});

describe('who had to do with it', () => {
  test('a person who received or approved, where the events say another, nobody, or somebody', async () => {
    for (const [set, code] of [
      ['received_by = NULL', world.done],
      ['received_by = -99999', world.done],
      ['received_by = 7', world.filed],
      ['approved_by = NULL', world.done],
      ['approved_by = -99999', world.done],
      ['approved_by = -1', world.late],
    ] as const) {
      const found = await damaged(`UPDATE motcua.dossier SET ${set} WHERE code = $1`, [code]);
      assert.deepEqual(faults(found), [`column_differs ${code}`], set);
      assert.match(found[0]!.what, new RegExp(`^${set.split(' ')[0]} is `));
    }
  });

  test('a unit among those that held it that never did, one that is missing, and one that is there twice', async () => {
    for (const held of ['{3}', '{0}', '{3,3}']) {
      const found = await damaged(`UPDATE motcua.dossier SET held_by = '${held}' WHERE code = $1`, [
        world.done,
      ]);
      assert.deepEqual(faults(found), [`column_differs ${world.done}`], held);
    }
    for (const held of ['NULL', `held_by || 2`, `held_by || held_by`]) {
      const found = await damaged(`UPDATE motcua.dossier SET held_by = ${held} WHERE code = $1`, [
        world.joint,
      ]);
      assert.deepEqual(faults(found), [`column_differs ${world.joint}`], held);
      assert.match(found[0]!.what, /^held_by is /);
    }
  });
});

describe('the personal revisions', () => {
  test('a revision that an event names and that is gone is found', async () => {
    for (const revision of [1, 2]) {
      const found = await damaged(
        `DELETE FROM motcua.dossier_party WHERE ${OF('dossier_id')} AND revision = ${revision}`,
        [world.done],
      );
      assert.deepEqual(faults(found), [`party_revisions ${world.done}`]);
    }
  });

  test('a revision that no event names is found', async () => {
    const found = await damaged(
      `WITH more AS (INSERT INTO motcua.dossier_party SELECT dossier_id, revision + 1, 'Tên Lạ', NULL, NULL, NULL, NULL, now(), now()
        FROM motcua.dossier_party WHERE ${OF('dossier_id')})
       UPDATE motcua.dossier SET party_revision = party_revision + 1 WHERE code = $1`,
      [world.filed],
    );
    assert.deepEqual(faults(found), [`party_untold ${world.filed}`]);
    assert.doesNotMatch(JSON.stringify(found), /Tên Lạ/);
  });
});
