import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { KEY_FILES, makeKeys, projectRoot } from '#libs/config';
import { connect } from '#libs/database';
import { AlarmClock } from '#libs/jobs';
import { systemClock } from '#libs/kernel';
import { birth, COMMUNE, testEngine, type TestEngine } from '../support/engine.js';

const MAIN = join(projectRoot(), 'dist/apps/cli/main.js');
const DOSSIERS = 300;

describe('a worker that is killed between the log and the job', () => {
  let t: TestEngine;
  const children: ChildProcess[] = [];
  const keys = mkdtempSync(join(tmpdir(), 'motcua-keys-'));

  before(async () => {
    t = await testEngine();
    makeKeys(keys, KEY_FILES);
  });
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(keys, { recursive: true, force: true });
  });

  const serve = (): ChildProcess => {
    const { appUrl, ownerUrl } = t.database;
    const env = {
      ...process.env,
      DATABASE_URL: appUrl,
      DATABASE_OWNER_URL: ownerUrl,
      MOTCUA_KEYS: keys,
      PORT: '0',
    };
    const child = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => child.once('close', () => resolve()));
  const count = async (sql: string): Promise<number> =>
    (await t.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]?.n ?? 0;
  /** Looks until it holds; the runner's own limit ends it otherwise. */
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds().catch(() => false))) await pause(2);
  };

  it('leaves every alarm set, and set once, when another takes over', async () => {
    // Deadlines of today, so that their alarms lie ahead by the real clock.
    const procedure = t.reference.catalogue
      .all()
      .find(
        (v) =>
          v.level === 'commune' &&
          v.limit.unit === 'working_day' &&
          v.limit.value >= 10 &&
          v.limit.value <= 12 &&
          v.channels.includes('counter'),
      )!.code;
    const occurredAt = systemClock.now();
    const officer = `counter-1@${COMMUNE}`;
    await Promise.all(
      Array.from({ length: DOSSIERS }, async (_, n) => {
        const filed = await t.engine.execute({
          command: 'submit',
          officer,
          key: `f${n}`,
          payload: birth({ procedure }),
          occurredAt,
        });
        assert.ok(filed.kind === 'accepted');
        const { code } = filed;
        const got = await t.engine.execute({
          command: 'receive',
          code,
          officer,
          key: `r${n}`,
          payload: {},
          occurredAt,
        });
        assert.ok(got.kind === 'accepted' && got.dueAt !== null && got.dueAt > occurredAt);
      }),
    );
    // The worker sets its alarms, then moves its place in the log. The second is held up here, and it is killed in between.
    const owner = await connect(t.database.ownerUrl);
    await owner.query(`SELECT pg_advisory_lock(42);
      CREATE FUNCTION public.held() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN new; END';
      CREATE TRIGGER held BEFORE UPDATE ON motcua.follower FOR EACH ROW WHEN (new.name = 'alarms') EXECUTE FUNCTION public.held()`);
    const killed = serve();
    await until(async () => (await count("jobs.job WHERE name = 'wake'")) >= DOSSIERS);
    killed.kill('SIGKILL');
    await ended(killed);
    await owner.query('SELECT pg_advisory_unlock(42)');
    await owner.query('DROP TRIGGER held ON motcua.follower');
    await owner.end();
    assert.equal(
      await count("motcua.follower WHERE name = 'alarms' AND seq > 0"),
      0,
      'its place has not moved',
    );
    const last = serve();
    const jobs = new AlarmClock({ kind: 'postgres', url: t.database.appUrl }, () => {});
    await until(async () => (await count("motcua.follower WHERE name = 'alarms' AND seq > 0")) > 0);
    last.kill('SIGTERM');
    await ended(last);
    const ids = (await jobs.pending()).map((wakeUp) => wakeUp.dossierId);
    await jobs.close();
    assert.equal(ids.length, DOSSIERS);
    assert.equal(new Set(ids).size, DOSSIERS);
  });
});
