import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { Alarms } from '#libs/dossier';
import { canSee, decide, newborn, possible, type Model, type Procedure } from './model.js';
import {
  APPLICANT,
  commandFor,
  move,
  officerOf,
  otherBody,
  pick,
  PLANNING,
  PROCEDURES,
  WARD,
  type Move,
} from './moves.js';
import { filing, openHouse, type Answer, type Given, type House } from './support.js';

/** `MOTCUA_SEED` repeats a run; a failure prints its seed and its path. */
const SEED = Number(process.env.MOTCUA_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SECONDS = Number(process.env.MOTCUA_RANDOM_SECONDS ?? 30);

/** A month before the units of 2019 are dissolved and nobody can file any more: there the clock stops. */
const DISSOLVED = '2025-06-01T00:00:00.000Z';
const OVER = ['refused', 'voided', 'withdrawn', 'discontinued', 'delivered'];

interface Known {
  code: string;
  procedure: Procedure;
  model: Model;
}
interface Sent {
  given: Given;
  answer: Answer;
}

/** One run: dossiers that it filed itself, and every answer that it was given under a key. */
class Run {
  readonly dossiers: Known[] = [];
  readonly sent: Sent[] = [];

  constructor(
    private readonly house: House,
    private readonly alarms: Alarms,
    private readonly seen: Map<string, number>,
  ) {}

  async play(moves: readonly Move[]): Promise<void> {
    await this.file(0, 0);
    await this.file(1, 1);
    for (const one of moves) {
      if (one.kind === 'file') await this.file(one.procedure, one.channel);
      else if (one.kind === 'wait') await this.wait(one.minutes, one.sweep);
      else if (one.kind === 'repeat') await this.repeat(one);
      else await this.command(one);
    }
    for (const known of this.dossiers) await this.compare(known);
  }

  private async file(which: number, channel: number): Promise<void> {
    const procedure = pick(PROCEDURES, which);
    const way = pick(['counter', 'online', 'postal'], channel);
    const more = {
      channel: way,
      applicant: { name: APPLICANT },
    };
    const given = this.keyed({
      command: 'submit',
      officer: officerOf('k', procedure),
      payload: filing(procedure.code, procedure.unit, more),
    });
    const answer = await this.house.give(given);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    this.sent.push({ given, answer });
    this.dossiers.push({ code: answer.body.code, procedure, model: newborn(APPLICANT, way === 'postal') });
    this.note('201 submit');
  }

  private async wait(minutes: number, sweep: boolean): Promise<void> {
    if (this.house.clock.now() < DISSOLVED) this.house.later(minutes);
    if (sweep) this.note('alarms', await this.alarms.sweep(this.house.clock.now()));
  }

  private async command(asked: Move & { kind: 'command' }): Promise<void> {
    // Mostly one to which something can still happen; sometimes one whose life is over.
    const alive = this.dossiers.filter(({ model }) => !OVER.includes(model.state));
    const known = pick(asked.detail % 7 > 0 && alive.length > 0 ? alive : this.dossiers, asked.dossier);
    const { command, who, payload } = commandFor(asked, known.model, known.procedure);
    const { version } = known.model;
    const ifMatch = asked.stale
      ? version + 1 + (asked.detail % 3)
      : asked.detail % 5 === 0
        ? version
        : undefined;
    const officer = officerOf(who, known.procedure);
    const given = this.keyed({ command, code: known.code, officer, payload, ifMatch });
    const answer = await this.house.give(given, asked.detail % 2);
    const unseen = !canSee(known.model, who);
    const expected =
      asked.stale && !unseen
        ? { ok: false as const, status: 412, code: 'stale_version' }
        : decide(known.model, known.procedure, command, who, payload);
    const said = JSON.stringify({ given, model: known.model, answer: answer.body });
    if (!expected.ok) {
      assert.deepEqual([answer.status, answer.body.code], [expected.status, expected.code], said);
      if (unseen) {
        assert.deepEqual(
          [answer.body.state, answer.body.version, answer.body.allowed],
          [undefined, undefined, undefined],
          said,
        );
        assert.equal(answer.headers.etag, undefined, said);
      } else if (!asked.stale) {
        assert.deepEqual([answer.body.state, answer.body.version], [known.model.state, version], said);
        const can = possible(known.model, known.procedure);
        const may = Object.keys(can).filter((name) => can[name]!.includes(who));
        assert.deepEqual([...answer.body.allowed].sort(), may.sort(), said);
      }
      this.note(`${expected.status} ${expected.code}`);
    } else {
      known.model = expected.next;
      const { state, step } = placeOf(known);
      assert.deepEqual(
        [answer.status, answer.body.state, answer.body.step, answer.body.version],
        [200, state, step, known.model.version],
        said,
      );
      this.note(`200 ${command}`);
    }
    assert.equal(answer.headers['idempotent-replayed'], undefined, said);
    // A stale version is not remembered under its key, nor what is not there: that command was never decided.
    if (!asked.stale && !unseen) this.sent.push({ given, answer });
  }

  private async repeat({ which, change, detail, stale, door }: Move & { kind: 'repeat' }): Promise<void> {
    const { given, answer: first } = pick(this.sent, which);
    const known = this.dossiers.find((one) => one.code === given.code);
    const again = { ...given, ifMatch: stale ? 987 : undefined };
    if (change === 'body') again.payload = { ...given.payload, ...otherBody(given.command, detail) };
    if (change === 'command' && given.command !== 'submit') {
      again.command = given.command === 'collect' ? 'resume' : 'collect';
      again.payload = {};
    }
    const same =
      again.command === given.command && JSON.stringify(again.payload) === JSON.stringify(given.payload);
    const answer = await this.house.give(again, door);
    const said = JSON.stringify({ again, given, answer: answer.body, known });
    if (same) {
      assert.deepEqual([answer.status, answer.body], [first.status, first.body], said);
      assert.equal(answer.headers['idempotent-replayed'], 'true', said);
      this.note('repeated');
    } else {
      assert.deepEqual([answer.status, answer.body.code], [422, 'key_reused'], said);
      this.note('422 key_reused');
    }
  }

  private async compare(known: Known): Promise<void> {
    const { model, code } = known;
    const view = await this.house.get(`/dossiers/${code}`);
    const { applicant } = view.body as unknown as { applicant: { name: string } };
    const { state, step } = placeOf(known);
    assert.deepEqual(
      [view.body.state, view.body.step, view.body.version, applicant.name],
      [state, step, model.version, model.name],
    );
    const { events } = (await this.house.get(`/dossiers/${code}/history`)).body;
    // Besides the commands only the clock speaks, also where it runs into years of which no calendar is known.
    const alarms = events.filter(({ type }) => ['dueSoon', 'overdue'].includes(type));
    const unknown = events.filter(({ type }) => type === 'deadlineUnknown');
    assert.equal(events.length - alarms.length - unknown.length, model.version);
    // Each alarm once.
    assert.equal(new Set(alarms.map(({ type, occurredAt }) => `${type} ${occurredAt}`)).size, alarms.length);
    this.note('alarm events', alarms.length);
    this.note('deadlines unknown', unknown.length);
  }

  private keyed(given: Given): Given {
    return { ...given, key: `${SEED}-${++keys}` };
  }

  private note(what: string, times = 1): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + times);
  }
}

let keys = 0;

function placeOf({ model, procedure }: Known): { state: string; step: string | null } {
  return { state: model.state, step: model.at === null ? null : procedure.steps[model.at]!.name };
}

describe('random lives over HTTP against a small model', () => {
  let house: House;
  const seen = new Map<string, number>();
  const runs: Run[] = [];

  before(async () => {
    house = await openHouse(2);
  });
  after(() => house?.close());

  it(`agree at every command, and afterwards (seed ${SEED}, ${SECONDS} s)`, async () => {
    const alarms = new Alarms(house.pool);
    let current: Promise<void> = Promise.resolve();
    const property = fc.asyncProperty(fc.array(move, { minLength: 20, maxLength: 120 }), (moves) => {
      const run = new Run(house, alarms, seen);
      runs.push(run);
      return (current = run.play(moves));
    });
    await fc.assert(property, {
      seed: SEED,
      numRuns: 10_000,
      interruptAfterTimeLimit: SECONDS * 1_000,
      markInterruptAsFailure: false,
      includeErrorInReport: true,
    });
    // When the time is up the last run is only left alone.
    await current;
    assert.ok(runs.length > 3, `only ${runs.length} runs`);
  });

  it('came by every kind of answer', (t) => {
    t.diagnostic(
      `seed ${SEED}; ${runs.length} runs; ${JSON.stringify(Object.fromEntries([...seen].sort()))}`,
    );
    const wanted = [
      '409 not_allowed_in_state',
      '403 not_your_position',
      '404 unknown_dossier',
      '412 stale_version',
      '422 key_reused',
      'repeated',
    ];
    for (const name of [...wanted, '200 receive', '200 resolve', '200 handToPost'])
      assert.ok(seen.has(name), name);
  });

  it(`left a sound log, and counts equal to the model's own (seed ${SEED})`, async () => {
    await house.proveClean();
    const all = runs.flatMap((run) => run.dossiers);
    // The clock wanders far beyond one quarter: the period is the year and what follows.
    const report = await house.get('/reports/quarterly?from=2019-01-01&until=2040-01-01&by=unit');
    assert.equal(report.status, 200, JSON.stringify(report.body));
    const { lines, total } = report.body as unknown as { lines: Figures[]; total: Figures };
    const count = (list: readonly Known[]) => {
      const received = list.filter(({ model }) => model.accepted).length;
      const resolved = list.filter(({ model }) => model.closed).length;
      return { received, resolved, inProcess: received - resolved };
    };
    const figures = ({ received, resolved, inProcess }: Figures) => ({ received, resolved, inProcess });
    assert.deepEqual(figures(total), count(all));
    for (const unit of [WARD, PLANNING]) {
      const line = lines.find(({ key }) => key === unit)!;
      assert.deepEqual(figures(line), count(all.filter(({ procedure }) => procedure.unit === unit)), unit);
    }
  });
});

interface Figures {
  key: string;
  received: number;
  resolved: number;
  inProcess: number;
}
