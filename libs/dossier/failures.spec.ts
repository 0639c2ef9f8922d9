import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect, openPool } from '#libs/database';
import { DomainError } from '#libs/kernel';
import { testDatabase } from '#libs/testing';
import { Failures, isAway } from './failures.js';

const sqlError = (code: string): Error => Object.assign(new Error(code), { code });
/** Fails with each of these in turn, then gives 'done'. */
const failing = (...codes: string[]) => {
  let tries = 0;
  return {
    work: async () => {
      const code = codes[tries++];
      if (code !== undefined) throw sqlError(code);
      return 'done';
    },
    tries: () => tries,
  };
};

describe('a failed statement', () => {
  it('is tried again after a deadlock or a serialization failure', async () => {
    const { work, tries } = failing('40P01', '40001');
    assert.deepEqual(
      await new Failures(0).guard(work),
      { ok: true, value: 'done' },
      'with no patience left none is needed',
    );
    assert.equal(tries(), 3);
  });

  it('is called poisoned when deadlocks do not end', async () => {
    const { work, tries } = failing(...new Array<string>(50).fill('40P01'));
    const outcome = await new Failures(60_000).guard(work);
    assert.equal(outcome.ok, false);
    assert.equal(!outcome.ok && outcome.poisoned, true);
    assert.equal(tries(), 11);
  });

  it('is called poisoned at once when its content is the reason', async () => {
    const { work, tries } = failing('22021');
    const outcome = await new Failures(60_000).guard(work);
    assert.equal(!outcome.ok && outcome.poisoned, true);
    assert.equal(tries(), 1);
  });

  it('is waited for while the database is away, and told as such when patience ends', async () => {
    const { work } = failing('ECONNREFUSED', '57P03');
    assert.deepEqual(await new Failures(60_000).guard(work), { ok: true, value: 'done' });
    const gone = failing(...new Array<string>(50).fill('ECONNREFUSED'));
    const outcome = await new Failures(0).guard(gone.work);
    assert.ok(!outcome.ok && !outcome.poisoned);
    assert.ok(outcome.error instanceof DomainError && outcome.error.code === 'database_unavailable');
  });

  it('is known to be a cut connection, which the driver gives no code', async () => {
    const { ownerUrl } = await testDatabase();
    const pool = openPool(ownerUrl, { max: 1 });
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const killer = await connect(ownerUrl);
    const cut = pool.query('SELECT pg_sleep(30)');
    await Promise.all([
      assert.rejects(cut, (error: unknown) => isAway(error)),
      killer.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]),
    ]);
    await killer.end();
    await pool.end();
  });

  it('is known to be a connection that was not made in time, which has no code either', () => {
    assert.ok(isAway(new Error('timeout expired')));
    assert.ok(isAway(new Error('timeout exceeded when trying to connect')));
    assert.ok(!isAway(new Error('Query read timeout')));
    assert.ok(!isAway(Object.assign(new Error('timeout expired'), { code: 'x' })));
    assert.ok(!isAway(new RangeError('a connection of numbers')));
  });

  it('is a real deadlock that goes through on the second try', async () => {
    const { ownerUrl } = await testDatabase();
    const pool = openPool(ownerUrl);
    await pool.query('CREATE TABLE pair (id int PRIMARY KEY, n int); INSERT INTO pair VALUES (1, 0), (2, 0)');
    const other = await connect(ownerUrl);
    await other.query('BEGIN; UPDATE pair SET n = n + 1 WHERE id = 2');
    let tries = 0;
    const outcome = new Failures(60_000).guard(async () => {
      tries++;
      const client = await pool.connect();
      try {
        await client.query("SET deadlock_timeout = '10ms'; BEGIN; UPDATE pair SET n = n + 1 WHERE id = 1");
        // Now the other one wants what we hold, and we want what it holds: one of the two is sent away.
        const wanted = tries === 1 ? other.query('UPDATE pair SET n = n + 1 WHERE id = 1') : undefined;
        const ours = client.query('UPDATE pair SET n = n + 1 WHERE id = 2');
        await ours;
        await wanted;
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        await other.query('COMMIT');
        throw error;
      } finally {
        client.release();
      }
    });
    assert.equal((await outcome).ok, true);
    assert.equal(tries, 2);
    await other.end();
    await pool.end();
  });
});
