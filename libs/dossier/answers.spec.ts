import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fromMillis, toMillis } from '#libs/kernel';
import { birth, testEngine, type TestEngine } from '../../test/support/engine.js';
import { dropOldAnswers, KEEP_DAYS } from './persistence/answers.js';

const DAY_MS = 86_400_000;

describe('a stored answer', () => {
  let t: TestEngine;
  before(async () => {
    t = await testEngine();
  });

  it('is told for 30 days and forgotten after', async () => {
    const first = await t.run('submit', { key: 'kept', payload: birth() });
    assert.ok(first.kind === 'accepted');
    const after = (days: number): string => fromMillis(toMillis(first.recordedAt) + days * DAY_MS);
    assert.equal(await dropOldAnswers(t.pool, after(KEEP_DAYS - 1)), 0);
    const again = await t.run('submit', { key: 'kept', payload: birth() });
    assert.deepEqual(again, { ...first, replayed: true });

    assert.equal(await dropOldAnswers(t.pool, after(KEEP_DAYS + 1)), 1);
    const anew = await t.run('submit', { key: 'kept', payload: birth() });
    assert.ok(anew.kind === 'accepted' && anew.id !== first.id && !anew.replayed);
  });
});
