import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Together } from './together.js';

/** Answers when it is told to. */
function slow(): { together: Together<string>; asked: string[][]; answer(error?: Error): Promise<void> } {
  const asked: string[][] = [];
  const open: { keys: string[]; settle: (error?: Error) => void }[] = [];
  const together = new Together<string>((keys) => {
    asked.push(keys);
    return new Promise((resolve, reject) =>
      open.push({
        keys,
        settle: (error) =>
          error
            ? reject(error)
            : resolve(new Map(keys.filter((k) => k !== 'none').map((k) => [k, `of ${k}`]))),
      }),
    );
  });
  return {
    together,
    asked,
    answer: async (error) => {
      open.shift()!.settle(error);
      await new Promise(setImmediate);
    },
  };
}

test('who is alone is asked for at once, and those who come meanwhile go together, each once', async () => {
  const { together, asked, answer } = slow();
  const first = together.find('a');
  const later = ['b', 'c', 'b', 'none'].map((key) => together.find(key));
  assert.deepEqual(asked, [['a']]);
  await answer();
  assert.equal(await first, 'of a');
  assert.deepEqual(asked, [['a'], ['b', 'c', 'none']]);
  await answer();
  assert.deepEqual(await Promise.all(later), ['of b', 'of c', 'of b', null]);
});

test('a question that fails fails for those who asked it, and for nobody after them', async () => {
  const { together, answer } = slow();
  const first = assert.rejects(together.find('a'), /away/);
  const second = together.find('b');
  await answer(new Error('away'));
  await first;
  await answer();
  assert.equal(await second, 'of b');
});
