import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { connect } from '#libs/database';
import { Engine, verify, type Reference } from '#libs/dossier';
import { ManualClock, newId } from '#libs/kernel';
import { testDatabase, type TestDatabase } from '#libs/testing';
import { countsCheck } from '../../../apps/cli/commands/verify.js';
import { loadReference } from '../../../apps/cli/runtime.js';
import { importReferenceData } from '../../../apps/cli/setup.js';
import { copyInto, copyLine } from './copy.js';
import { loadSize } from './load.js';
import { planOf, SIZE_NAMES } from './plan.js';

/** A week in which the last day is months before everything ends: long lives and short ones. */
const PLAN = { dossiers: 400, seed: 7, from: '2026-08-03', until: '2026-08-10' };

describe('the bulk loader', () => {
  let database: TestDatabase;
  let reference: Reference;
  before(async () => {
    database = await testDatabase();
    const { app: pool, ownerUrl } = database;
    await importReferenceData(pool, { demoOfficers: true, today: PLAN.from });
    reference = await loadReference(pool);
    await loadSize(PLAN, { ownerUrl, pool, signal: new AbortController().signal });
  });

  it('leaves a database that verify finds nothing wrong with', async () => {
    const { catalogue, units } = reference;
    const result = await verify(database.app, { catalogue, units, extra: [countsCheck()] });
    assert.deepEqual(result.findings, []);
    assert.equal(result.checks.find(({ name }) => name === 'dossiers')?.looked, PLAN.dossiers);
  });

  it('lets dossiers live as they do: some ten events each, with alarms, supplements and other ends', async () => {
    const { rows } = await database.app.query<{ type: string; n: number }>(
      'SELECT type, count(*) AS n FROM motcua.event GROUP BY 1',
    );
    const counted = new Map(rows.map(({ type, n }) => [type, n]));
    const perDossier = rows.reduce((sum, { n }) => sum + n, 0) / PLAN.dossiers;
    assert.ok(perDossier > 8 && perDossier < 12, `${perDossier} events a dossier`);
    for (const type of [
      'supplemented',
      'dueSoon',
      'overdue',
      'refused',
      'paymentConfirmed',
      'collected',
      'postEventRecorded',
    ])
      assert.ok((counted.get(type) ?? 0) > 0, type);
  });

  it('counts codes as the engine goes on counting them', async () => {
    const { rows } = await database.app.query<{ unit: number; last: number }>(
      `SELECT unit_id AS unit, last FROM motcua.code_counter WHERE day = '2026-08-06' ORDER BY last DESC LIMIT 1`,
    );
    const unit = reference.units.byId(rows[0]!.unit)!;
    const procedure = reference.catalogue
      .all()
      .find(({ level, channels }) => level === unit.level && channels.includes('counter'))!;
    const clock = new ManualClock('2026-08-06T03:00:00.000Z');
    const engine = new Engine({ pool: database.app, reference: () => reference, clock });
    const answer = await engine.execute({
      command: 'submit',
      officer: `counter-1@${unit.agencyCode}`,
      key: newId(),
      payload: { procedure: procedure.code, channel: 'counter', applicant: { name: 'Trần Văn Sau' } },
    });
    assert.ok(answer.kind === 'accepted', JSON.stringify(answer));
    assert.equal(answer.code, `${unit.agencyCode}-260806-${String(rows[0]!.last + 1).padStart(4, '0')}`);
  });
});

describe('a copy', () => {
  it('brings every sign of a text through, and NULL', async () => {
    const { ownerUrl } = await testDatabase();
    const client = await connect(ownerUrl);
    const texts = ['plain', 'tab\tline\nreturn\rback\\slash', '\\N', '', null, 'Nguyễn “Văn” ០'];
    await client.query('CREATE TEMP TABLE copied (nth int, value text)');
    await copyInto(client, 'copied', 'nth, value', texts.map((text, nth) => copyLine([nth, text])).join(''));
    const { rows } = await client.query<{ value: string | null }>('SELECT value FROM copied ORDER BY nth');
    assert.deepEqual(
      rows.map(({ value }) => value),
      texts,
    );
    await assert.rejects(copyInto(client, 'copied', 'nth, value', copyLine(['x', 'y'])), { code: '22P02' });
    assert.equal((await client.query('SELECT FROM copied')).rowCount, texts.length);
    await client.end();
  });
});

describe('a size', () => {
  it('has a name', () => {
    assert.deepEqual(
      SIZE_NAMES.map((name) => planOf(name).dossiers),
      [10_000, 100_000, 200_000, 1_000_000],
    );
    assert.throws(() => planOf('2m'), RangeError);
  });
});
