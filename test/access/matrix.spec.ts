import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Capability } from '#libs/workflow';
import { ROUTES } from '../../apps/api/access/routes.js';
import type { Answer, Bench } from '../e2e/support.js';
import { allowedBy, can } from './expected.js';
import { eachOf, giveAll, grow, openGround, type Life } from './ground.js';
import { PEOPLE, sees, standing, type Hands, type Person } from './people.js';
import { handsAt, payloadFor, PLACES, STORIES, wayTo, type Place, type Story } from './places.js';

/** A dossier at one place of one story. */
interface Spot extends Life {
  name: string;
  story: Story;
  place: Place;
  hands: Hands;
}

const spots: Spot[] = Object.entries(STORIES).flatMap(([title, story]) =>
  Object.entries(PLACES).map(([name, place]) => ({
    name: `${title}: ${name}`,
    story,
    place,
    hands: handsAt(story, place),
    moves: wayTo(story, place),
  })),
);
/** A fresh dossier at a place, for a command that will be taken. */
interface Cell extends Life {
  person: Person;
  spot: Spot;
  command: string;
}

const commanders = PEOPLE.filter((person) => can(person, 'giveCommands'));
const COMMANDS = Object.values(PLACES)
  .flatMap((place) =>
    PEOPLE.flatMap((person) => Object.values(STORIES).flatMap((story) => allowedBy(person, story, place))),
  )
  .filter((command, at, all) => all.indexOf(command) === at);

/** Every way to read one dossier. */
const READS: readonly [route: string, body?: object][] = [
  ['GET /api/v1/dossiers/:code'],
  ['GET /api/v1/dossiers/:code/actions'],
  ['GET /api/v1/dossiers/:code/history'],
  ['GET /api/v1/dossiers/:code/deadline'],
  ['POST /api/v1/dossiers/:code/applicant', { reason: 'để đối chiếu' }],
];

/** What the tables say of a read: the status and the code of the refusal. */
function expectedRead(person: Person, route: string, hands: Hands): [number, string | null] {
  if (person.role === 'anonymous') return [401, 'not_signed_in'];
  if (!can(person, ROUTES[route]!.may as Capability)) return [403, 'not_your_role'];
  return sees(person, hands) ? [200, null] : [404, 'unknown_dossier'];
}

describe('the authorisation matrix, by the tables: role × operation × relation × state', () => {
  let bench: Bench;
  before(async () => {
    bench = await openGround();
    await grow(bench, spots);
  });
  after(() => bench?.close());

  const ask = (person: Person, route: string, code: string, body?: object): Promise<Answer> => {
    const [method, path] = route.split(' ') as [string, string];
    return bench.call(method, path.replace(':code', code), {
      officer: person.code,
      ...(body && { body }),
      key: null,
    });
  };
  const said = (person: Person, spot: Spot): string =>
    `${person.code ?? 'nobody'} (${standing(person, spot.hands)}), ${spot.name}`;

  it('holds every role, every relation and every state', () => {
    assert.equal(new Set(PEOPLE.map(({ role }) => role)).size, 11, 'ten roles, and nobody');
    assert.equal(new Set(spots.map(({ place }) => place.state)).size, 14);
    const relations = new Set(spots.flatMap(({ hands }) => PEOPLE.map((person) => standing(person, hands))));
    assert.equal(relations.size, 7, [...relations].join());
    assert.equal(COMMANDS.length, 20, 'every command but submit is somebody’s somewhere');
  });

  for (const [route, body] of READS) {
    it(`${route} answers each role as CAPABILITIES and its scope say`, async () => {
      const cells = spots.flatMap((spot) => PEOPLE.map((person) => ({ spot, person })));
      const counted = new Map<number, number>();
      await eachOf(cells, 8, async ({ spot, person }) => {
        const answer = await ask(person, route, spot.code!, body);
        const { status, json } = answer;
        // A dossier's own code stands where a problem has its code.
        const problem = status >= 400 ? json.code : null;
        assert.deepEqual(
          [status, problem],
          expectedRead(person, route, spot.hands),
          `${said(person, spot)}: ${answer.text}`,
        );
        counted.set(status, (counted.get(status) ?? 0) + 1);
        if (status === 200 && route.endsWith('/actions')) {
          assert.equal(json.state, spot.place.state, spot.name);
          const allowed = can(person, 'giveCommands') ? allowedBy(person, spot.story, spot.place) : [];
          assert.deepEqual([...(json.allowed as string[])].sort(), allowed, said(person, spot));
        }
      });
      for (const status of [200, 401, 403, 404]) assert.ok(counted.has(status), `no cell answers ${status}`);
    });
  }

  it('lists to each role exactly the dossiers in its hands, searches by name as well', async () => {
    const codes = (answer: Answer): string[] =>
      (answer.json.items as { code: string }[]).map(({ code }) => code).sort();
    for (const person of PEOPLE) {
      const own = spots
        .filter(({ hands }) => sees(person, hands))
        .map(({ code }) => code!)
        .sort();
      const asked: [Capability, Answer][] = [
        ['listDossiers', await ask(person, 'GET /api/v1/dossiers?limit=200', '')],
        [
          'searchDossiers',
          await ask(person, 'POST /api/v1/dossiers/search', '', { text: 'thach', limit: 200 }),
        ],
      ];
      for (const [capability, answer] of asked) {
        const who = `${person.code ?? 'nobody'} ${capability}: ${answer.text.slice(0, 300)}`;
        if (person.role === 'anonymous') assert.equal(answer.status, 401, who);
        else if (!can(person, capability))
          assert.deepEqual([answer.status, answer.json.code], [403, 'not_your_role'], who);
        else assert.deepEqual(codes(answer), own, who);
      }
    }
  });

  it('refuses every command that RIGHTS gives to somebody else, and nothing has changed', async () => {
    const cells = commanders.flatMap((person) =>
      spots.flatMap((spot) => {
        const allowed = sees(person, spot.hands) ? allowedBy(person, spot.story, spot.place) : [];
        return COMMANDS.filter((command) => !allowed.includes(command)).map((command) => ({
          person,
          spot,
          command,
          allowed,
        }));
      }),
    );
    assert.ok(cells.length > 15_000, String(cells.length));
    const told = await giveAll(
      bench,
      cells.map(({ person, spot, command }) => ({
        officer: person.code!,
        command,
        code: spot.code,
        payload: payloadFor(command, spot.place),
      })),
    );
    told.forEach(({ status, body }, index) => {
      const { person, spot, command, allowed } = cells[index]!;
      const what = `${command} by ${said(person, spot)}: ${JSON.stringify(body)}`;
      if (!sees(person, spot.hands))
        return assert.deepEqual([status, body.code], [404, 'unknown_dossier'], what);
      assert.ok([403, 409, 422].includes(status), what);
      assert.deepEqual([body.state, body.version], [spot.place.state, spot.moves.length], what);
      assert.deepEqual([...(body.allowed as string[])].sort(), allowed, what);
    });
    await eachOf(spots, 4, async ({ code, moves, name }) => {
      const { json } = await bench.call('GET', `/api/v1/dossiers/${code!}/history`, {
        officer: PEOPLE.find(({ role }) => role === 'auditor')!.code,
      });
      assert.equal((json.events as unknown[]).length, moves.length, name);
    });
  });

  it('takes every command that RIGHTS gives them from each who may, in every state and relation', async () => {
    const cells = spots.flatMap((spot) =>
      commanders
        .filter((person) => sees(person, spot.hands))
        .flatMap((person) =>
          allowedBy(person, spot.story, spot.place).map((command): Cell => ({
            person,
            spot,
            command,
            moves: spot.moves,
          })),
        ),
    );
    assert.ok(cells.length > 500, String(cells.length));
    await grow(bench, cells);
    const told = await giveAll(
      bench,
      cells.map(({ spot, person, command, code }) => ({
        officer: person.code!,
        command,
        code,
        payload: payloadFor(command, spot.place),
      })),
    );
    told.forEach(({ status, body }, index) => {
      const { spot, person, command } = cells[index]!;
      assert.equal(status, 200, `${command} by ${said(person, spot)}: ${JSON.stringify(body)}`);
    });
    assert.equal(new Set(cells.map(({ command }) => command)).size, COMMANDS.length);
  });
});
