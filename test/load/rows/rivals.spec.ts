import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testDatabase } from '#libs/testing';
import { STEPS, decide, fourSteps, type State } from '../four-steps.js';
import { next } from '../textbook/machine.js';
import { Dbos } from './dbos.js';
import { EmmettRival, emmettIsInstalled } from './emmett.js';
import { PgBossBulk } from './pgboss-bulk.js';
import { PgBossRival } from './pgboss.js';
import { RivalRow, type Rival } from './rival.js';
import { Textbook } from './textbook.js';

const STATES: readonly State[] = ['received', 'assigned', 'resolved', 'handedOver'];

describe('the four steps', () => {
  it('follow each other and may not be done in any other state', () => {
    for (const before of [undefined, ...STATES]) {
      for (const [at, step] of STEPS.entries()) {
        const version = before ? STATES.indexOf(before) + 1 : 0;
        const answer = () => decide(before && { state: before, version }, step);
        if (version === at) assert.deepEqual(answer(), { state: STATES[at], version: at + 1 });
        else assert.throws(answer, /refused/);
      }
    }
  });

  it('are the same to the statechart of the textbook', () => {
    for (const before of [undefined, ...STATES]) {
      for (const step of STEPS) {
        let state: State | undefined;
        try {
          state = decide(before && { state: before, version: 1 }, step).state;
        } catch {
          // refused: undefined
        }
        assert.equal(next(before ?? 'new', step), state);
      }
    }
  });
});

const rivals: [string, (url: string) => Rival][] = [
  ['textbook', (url) => new Textbook(url)],
  ['dbos', (url) => new Dbos(url)],
  ['pgboss', (url) => new PgBossRival(url)],
  ['pgboss-bulk', (url) => new PgBossBulk(url)],
];
if (emmettIsInstalled()) rivals.push(['emmett', (url) => new EmmettRival(url)]);

for (const [name, make] of rivals) {
  describe(`the rival ${name}`, () => {
    let rival: Rival;
    before(async () => {
      rival = make((await testDatabase()).ownerUrl);
      await rival.prepare();
    });
    after(() => rival.close());

    it('keeps four steps of a dossier for good, and does a repeated command once', async () => {
      const commands = fourSteps(1);
      for (const [at, command] of commands.entries()) {
        const answer = await rival.perform(command);
        assert.deepEqual(answer, { state: STATES[at], version: at + 1 });
        assert.deepEqual(await rival.perform(command), answer);
      }
      assert.deepEqual(await rival.perform(commands[1]!), { state: 'assigned', version: 2 });
      assert.deepEqual(await rival.history(commands[0]!.dossier), STEPS);
    });

    it('refuses a step that is not due, and writes nothing', async () => {
      const [receive, , resolve] = fourSteps(2);
      await rival.perform(receive!);
      await assert.rejects(rival.perform(resolve!), /refused/);
      assert.deepEqual(await rival.history(receive!.dossier), ['receive']);
    });

    it('answers many callers at once', async () => {
      const { commands, latencies } = await new RivalRow(rival).run(8, performance.now() + 100);
      assert.ok(commands >= 8 && latencies.length === commands);
    });
  });
}
