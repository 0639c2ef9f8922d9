import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pathsThrough, type PathStep, type ProcedureDefinition } from '#libs/workflow';
import {
  chunks,
  filing,
  live,
  openHouse,
  type Answer,
  type Given,
  type House,
  type Life,
} from './support.js';

/**
 * Longer than the longest simple path of the longest of these procedures (19 commands): so these are all of them, and
 * one loop of every kind behind the shortest way to it.
 */
const DEPTH = 24;

interface Route {
  procedure: string;
  definition: string;
  /** whose counter takes it in, and who answers for it */
  receiving: string;
  competent: string;
}

const ROUTES: Route[] = [
  { procedure: '2.000908', definition: 'sameDay1@1', receiving: '000.01.21.H59', competent: '000.01.21.H59' },
  { procedure: '1.001639', definition: 'commune3@1', receiving: '000.00.21.H59', competent: '000.01.21.H59' },
  {
    procedure: '1.000314',
    definition: 'district4@1',
    receiving: '000.01.21.H59',
    competent: '000.00.21.H59',
  },
  {
    procedure: '1.000081',
    definition: 'province7@1',
    receiving: '000.00.06.H59',
    competent: '000.00.06.H59',
  },
  // The one with two units: finance is consulted.
  {
    procedure: '1.009644',
    definition: 'province6Consult@1',
    receiving: '000.00.21.H59',
    competent: '000.00.03.H59',
  },
];

interface Walk extends Life {
  route: Route;
  steps: PathStep[];
  loop: boolean;
  answers: Answer[];
}

/** An officer who is what the path asks for: of that position, standing so to the dossier. */
function officerFor(
  route: Route,
  definition: ProcedureDefinition,
  before: PathStep | null,
  asked: PathStep,
): string {
  const { position, relations } = asked.actor;
  if (position === 'postal') return 'post@000.00.00.H59';
  if (position === 'system') return 'portal@000.00.00.H59';
  const at = definition.steps.find((one) => one.name === before?.step)?.performer.at ?? 'competent';
  const holds = at === 'competent' ? route.competent : at === 'receiving' ? route.receiving : at.unit;
  const unit =
    relations[0] === 'receiving' ? route.receiving : relations[0] === 'step' ? holds : route.competent;
  return `${position}-1@${unit}`;
}

function commandOf(route: Route, definition: ProcedureDefinition, steps: PathStep[], nth: number): Given {
  const asked = steps[nth]!;
  const officer = officerFor(route, definition, steps[nth - 1] ?? null, asked);
  if (asked.command === 'submit') {
    // By post, so that the post may do its part of any path.
    const submitted = { receivingUnit: route.receiving, returnBy: 'postal' };
    return { command: 'submit', officer, payload: filing(route.procedure, route.competent, submitted) };
  }
  const payload = asked.command === 'amend' ? { field: 'name', value: 'Kim Sa Ry' } : asked.payload;
  return { command: asked.command, officer, payload };
}

describe('every path through the lifecycle, over HTTP', () => {
  let house: House;
  const walks: Walk[] = [];

  before(async () => {
    house = await openHouse();
    for (const route of ROUTES) {
      const definition = house.reference.catalogue.definition(route.definition)!;
      assert.equal(
        house.reference.catalogue.current(route.procedure, '2019-03-18')!.definitionKey,
        route.definition,
      );
      for (const { loop, steps } of pathsThrough(definition, { depth: DEPTH })) {
        const todo = steps.map((_, nth) => commandOf(route, definition, steps, nth));
        walks.push({ route, steps, loop, todo, answers: [] });
      }
    }
    await live(house, walks, (walk, _, answer) => void walk.answers.push(answer));
  });
  after(() => house?.close());

  it('walks all simple paths and one loop of each kind, of five procedures', () => {
    for (const route of ROUTES) {
      const own = walks.filter((walk) => walk.route === route);
      assert.ok(own.filter((walk) => !walk.loop).length >= 40, route.definition);
      const longest = Math.max(...own.map((walk) => walk.steps.length));
      assert.ok(
        longest < DEPTH,
        `${route.definition} has a path of ${longest}: the depth cuts something off`,
      );
      const loops = new Set(own.filter((walk) => walk.loop).map((walk) => walk.steps.at(-1)!.command));
      const single = route.definition === 'sameDay1@1';
      for (const command of [
        'supplement',
        'confirmPayment',
        'resume',
        'recordPostEvent',
        'amend',
        'returnToStep',
      ]) {
        assert.equal(loops.has(command as never), !(single && command === 'returnToStep'), command);
      }
      const states = new Set(own.flatMap((walk) => walk.steps.map((step) => step.state)));
      assert.equal(states.size, 14, route.definition);
    }
  });

  it('was answered at every command with the state and the step that the path names, one version further', () => {
    for (const { steps, answers } of walks) {
      answers.forEach(({ body }, nth) => {
        const { state, step } = steps[nth]!;
        assert.deepEqual([body.state, body.step, body.version], [state, step, nth + 1]);
      });
    }
  });

  it('left each dossier where its path ends, with one entry of history for each version', async () => {
    for (const some of chunks(walks, 20)) {
      await Promise.all(
        some.map(async ({ code, steps, todo, answers }) => {
          const last = steps.at(-1)!;
          const view = await house.get(`/dossiers/${code}`);
          assert.deepEqual(
            [view.body.state, view.body.step, view.body.version, view.headers.etag],
            [last.state, last.step, steps.length, `"${steps.length}"`],
          );
          const { events } = (await house.get(`/dossiers/${code}/history`)).body;
          assert.deepEqual(
            events.map((event) => [event.version, event.state, event.officer, event.type, event.occurredAt]),
            steps.map(({ state }, nth) => {
              const { event, occurredAt } = answers[nth]!.body;
              return [nth + 1, state, todo[nth]!.officer, event, occurredAt];
            }),
          );
        }),
      );
    }
  });

  it('shows each dossier, as of the moment of any of its commands, as that command left it', async () => {
    // Every path at its end and at two moments within, which differ from path to path.
    const questions = walks.flatMap((walk, at) =>
      [walk.steps.length - 1, at % walk.steps.length, (at * 7 + 3) % walk.steps.length].map((nth) => ({
        walk,
        nth,
      })),
    );
    for (const some of chunks(questions, 30)) {
      await Promise.all(
        some.map(async ({ walk: { code, steps, answers }, nth }) => {
          const moment = answers[nth]!.body.occurredAt;
          const { status, body } = await house.get(`/dossiers/${code}?asOf=${moment}`);
          const { state, step } = steps[nth]!;
          assert.deepEqual([status, body.state, body.step, body.version], [200, state, step, nth + 1]);
          const earlier = await house.get(`/dossiers/${code}?asOf=${justBefore(moment)}`);
          if (nth === 0) assert.deepEqual([earlier.status, earlier.body.code], [404, 'not_yet_filed']);
          else assert.deepEqual([earlier.body.state, earlier.body.version], [steps[nth - 1]!.state, nth]);
        }),
      );
    }
  });

  it('is found to be sound by verify, and counted alike by sum and by recount', async () => {
    await house.proveClean();
    // A count of our own: the answers as they came, accepted and closed, by the event that each says it left.
    const tally = (names: string[]): number =>
      walks.filter(({ answers }) => {
        const events = answers.map(({ body }) => body.event);
        return events.includes('received') && events.some((event) => names.includes(event));
      }).length;
    const report = await house.get('/reports/quarterly?period=2019Q2&by=level');
    const { received, resolved, inProcess, carriedOver } = (report.body as unknown as { total: Figures })
      .total;
    const closed = tally(['resolved', 'withdrawn', 'discontinued']);
    assert.deepEqual(
      { received, resolved, inProcess, carriedOver },
      {
        received: tally(['received']),
        resolved: closed,
        inProcess: tally(['received']) - closed,
        carriedOver: 0,
      },
    );
  });
});

interface Figures {
  received: number;
  resolved: number;
  inProcess: number;
  carriedOver: number;
}

function justBefore(moment: string): string {
  return new Date(Date.parse(moment) - 1).toISOString();
}
