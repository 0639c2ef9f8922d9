import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wordsFromInside } from './promises.js';

describe('words from inside', () => {
  for (const [answer, word] of [
    ['relation "pg_roles" does not exist', 'pg_'],
    ['pg_stat_activity_of_every_backend', 'pg_'],
    ['permission denied for table motcua.party_name', 'motcua.party_name'],
    ['at Round.run (file:///srv/dist/test/fuzz/round.js:66:16)', '.js:6'],
    ['{"detail":"TypeError: Cannot read properties of undefined"}', 'TypeError'],
  ] as const) {
    it(`are seen: ${answer}`, () => assert.equal(wordsFromInside(answer), word));
  }

  it('are not the letters of a secret drawn at random', () => {
    const drawn = 'lEcHJlCahqU-h9O-8B7yUA.pojhk0.XmgCJupWvxtF0CzFZc4hkJfGpg_FAgfPGsyNM63zSBY';
    assert.equal(wordsFromInside(`set-cookie: __Host-motcua-device=${drawn}; Path=/`), undefined);
    assert.equal(wordsFromInside(`{"access":"${drawn}"}`), undefined);
  });
});
