import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadReference } from '../../apps/cli/runtime.js';
import { importReferenceData } from '../../apps/cli/setup.js';
import { openDatabase, type Database } from '#libs/database';
import { Engine } from '#libs/dossier';
import { DomainError, ManualClock } from '#libs/kernel';
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

  it('is told as such when it stays away, and nothing is stored for the key', async () => {
    const impatient = new Engine({
      pool: database.app,
      reference: await loadReference(database.app).then((reference) => () => reference),
      clock: new ManualClock(MORNING),
      options: { patienceMs: 0 },
    });
    const request = {
      command: 'submit',
      officer: `counter-1@${COMMUNE}`,
      key: 'impatient',
      payload: birth(),
    } as const;
    process.kill(postmasterOf(dataDir), 'SIGKILL');
    const outcomes = await Promise.allSettled([impatient.execute(request)]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.ok(outcome.reason instanceof DomainError && outcome.reason.code === 'database_unavailable');
      }
    }
    const answer = await engine.execute(request);
    assert.equal(answer.kind, 'accepted');
  });
});
