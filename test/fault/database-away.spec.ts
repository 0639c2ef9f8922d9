import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { asApp, migrate, openDatabase, openPool, startEmbedded } from '#libs/database';
import type { Database, EmbeddedServer, Pool } from '#libs/database';
import { Engine, type CommandAnswer } from '#libs/dossier';
import { DomainError, ManualClock } from '#libs/kernel';
import { PROCEDURE, UNIT, smallProvince } from '#libs/testing';
import { birth, COMMUNE, MORNING } from '../support/engine.js';
import { postmasterOf } from '../support/postmaster.js';

describe('a database that goes away and comes back', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'motcua-away-'));
  let database: Database;
  let engine: Engine;

  before(async () => {
    database = await openDatabase({ dataDir });
    await importReferenceData(database.app, { demoOfficers: true, today: '2019-01-01' });
    const reference = await loadReference(database.app);
    const clock = new ManualClock(MORNING);
    engine = new Engine({ pool: database.app, reference: () => reference, clock });
  });
  after(async () => {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('loses no dossier and doubles none, and every caller gets an answer', async () => {
    let killed = 0;
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, caller) => {
        const codes: string[] = [];
        for (let n = 0; n < 25; n++) {
          if (caller === 0 && (n === 5 || n === 15)) {
            process.kill(postmasterOf(dataDir), 'SIGKILL');
            killed++;
          }
          const answer = await engine.execute({
            command: 'submit',
            officer: `counter-1@${COMMUNE}`,
            key: `away-${caller}-${n}`,
            payload: birth(),
          });
          assert.ok(answer.kind === 'accepted');
          codes.push(answer.code);
        }
        return codes;
      }),
    );
    assert.equal(killed, 2);
    const codes = answers.flat();
    assert.equal(new Set(codes).size, 1000);
    const { rows } = await database.app.query<{ dossiers: number; events: number; last: number }>(
      `SELECT (SELECT count(*)::int FROM motcua.dossier) AS dossiers, (SELECT count(*)::int FROM motcua.event) AS events,
        (SELECT max(last) FROM motcua.code_counter) AS last`,
    );
    assert.deepEqual(rows[0], { dossiers: 1000, events: 1000, last: 1000 });
  });
});

describe('a database that stays away', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'motcua-stays-away-'));
  let server: EmbeddedServer;
  let pool: Pool;

  before(async () => {
    server = await startEmbedded({ dataDir, durable: false });
    await migrate(server.url('postgres'));
    pool = openPool(asApp(server.url('postgres')));
  });
  after(async () => {
    await pool.end();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is told as such, nothing is stored for the key, and the same key succeeds when it is back', async () => {
    const province = await smallProvince(pool);
    const engine = new Engine({
      pool,
      reference: () => province,
      clock: new ManualClock(MORNING),
      options: { patienceMs: 100 },
    });
    const officer = `counter-1@${UNIT.commune}`;
    const file = (key: string): Promise<CommandAnswer> =>
      engine.execute({
        command: 'submit',
        officer,
        key,
        payload: birth({ procedure: PROCEDURE.certificate, competentUnit: UNIT.commune }),
      });
    const counted = async (sql: string, ...values: string[]): Promise<number> =>
      (await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values)).rows[0]?.n ?? -1;
    assert.equal((await file('before')).kind, 'accepted');

    const { port } = server;
    await server.stop();
    // Twice: what the first one left in this process must not answer for the second.
    for (let n = 0; n < 2; n++) {
      await assert.rejects(
        file('impatient'),
        (error) => error instanceof DomainError && error.code === 'database_unavailable',
      );
    }
    server = await startEmbedded({ dataDir, port, durable: false });

    // Once the engine writes again, whatever it had kept back behind the caller's back would be there too.
    assert.equal((await file('after')).kind, 'accepted');
    assert.equal(await counted('motcua.command WHERE officer = $1 AND key = $2', officer, 'impatient'), 0);
    assert.equal(await counted('motcua.dossier'), 2);
    const answer = await file('impatient');
    assert.ok(answer.kind === 'accepted' && !answer.replayed, JSON.stringify(answer));
    assert.equal(await counted('motcua.command WHERE officer = $1 AND key = $2', officer, 'impatient'), 1);
    assert.equal(await counted('motcua.dossier'), 3);
  });
});
