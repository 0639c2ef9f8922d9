import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openHouse, live, type Answer, type Given, type House, type Life } from './support.js';
import {
  byHand,
  COMMANDS,
  district,
  PAYLOADS,
  STATES,
  twoUnits,
  type Place,
  type Table,
} from './lifecycle-table.js';

type Row = Map<string, { who: string[]; to: string }>;

function readRow(text: string): Row {
  const cells = [...text.matchAll(/(\w{2,})((?: [a-z])+) → (\S+)/g)];
  assert.equal(cells.length, text.split('→').length - 1, `this row is not all read: ${text}`);
  return new Map(cells.map(([, command, who, to]) => [command!, { who: who!.trim().split(' '), to: to! }]));
}

function readWay(table: Table, way: string): Given[] {
  const filed = { command: 'submit', officer: table.people.k!, payload: table.filed };
  const rest = way.split(' ').filter((word) => word !== '');
  return [filed, ...rest.map((word) => commandBy(table, word.slice(0, 1), word.slice(2)))];
}

function commandBy(table: Table, who: string, command: string): Given {
  const name = command.replace(/\(.*/, '');
  const payload = PAYLOADS[command] ?? {};
  return { command: name, officer: table.people[who]!, payload };
}

/** The position that someone has; a head may do what a specialist may. */
const KIND: Record<string, string> = {
  k: 'counter',
  c: 'counter',
  s: 'specialist',
  z: 'specialist',
  x: 'specialist',
};
function couldElsewhere(who: string, may: readonly string[]): boolean {
  const kinds = may.map((one) => KIND[one]).filter((kind) => kind !== undefined);
  if (who === 'h' || who === 'w')
    return may.includes('h') || may.includes('w') || kinds.includes('specialist');
  return KIND[who] !== undefined && kinds.includes(KIND[who]);
}

/** True for those to whom a dossier in this place does not exist. */
function cannotSee(place: Place, who: string): boolean {
  return `x ${place.unseen ?? ''}`.split(' ').includes(who);
}

/** How a command that is not possible, or not by this person, is refused. */
function expectedRefusal(
  row: Row,
  place: Place,
  command: string,
  who: string,
): { status: number; code: string } {
  if (cannotSee(place, who)) return { status: 404, code: 'unknown_dossier' };
  const cell = row.get(command);
  if (cell) {
    return { status: 403, code: couldElsewhere(who, cell.who) ? 'not_your_unit' : 'not_your_position' };
  }
  // There news of a parcel may come, but this dossier has none: those who may bring news are told just that.
  const listens = ['posted', 'awaitingCollection', 'delivered'].includes(place.at);
  if (command === 'recordPostEvent' && listens && 'pqy'.includes(who)) {
    return { status: 422, code: 'unknown_item_number' };
  }
  return { status: 409, code: 'not_allowed_in_state' };
}

interface Cell extends Life {
  table: Table;
  name: string;
  /** null: the dossier on which everything that is refused is tried */
  tried: { who: string; command: string } | null;
}

const TABLES = [district, twoUnits, byHand];
const cells: Cell[] = TABLES.flatMap((table) =>
  Object.entries(table.places).flatMap(([name, place]) => {
    const todo = readWay(table, place.way);
    const one = (tried: Cell['tried']): Cell => ({ table, name, tried, todo });
    const row = [...readRow(place.row)];
    return [one(null), ...row.flatMap(([command, { who }]) => who.map((by) => one({ who: by, command })))];
  }),
);

/** A code that nobody was given. */
const NOBODYS = '000.01.21.H59-190318-9999';

describe('every state × command cell over HTTP', () => {
  let house: House;
  const last = new Map<Cell, Answer>();
  /** what is told of that code, by command */
  const nobodys = new Map<string, string>();

  before(async () => {
    house = await openHouse();
    await live(house, cells, (cell, _, answer) => void last.set(cell, answer));
    const asked = COMMANDS.map((command) => ({ ...commandBy(district, 'x', command), code: NOBODYS }));
    const [submit, ...others] = asked;
    const told = [await house.give(submit!), ...(await house.giveAll(others))];
    told.forEach(({ body }, at) => nobodys.set(COMMANDS[at]!, JSON.stringify(body)));
  });
  after(() => house?.close());

  it('brings a dossier to every state of the lifecycle', () => {
    for (const cell of cells) {
      const { state, step, version } = last.get(cell)!.body;
      assert.equal(step === null ? state : `${state}/${step}`, cell.table.places[cell.name]!.at, cell.name);
      assert.equal(version, cell.todo.length);
    }
    const reached = new Set([...last.values()].map((answer) => answer.body.state));
    assert.deepEqual([...reached].sort(), [...STATES].sort());
    assert.equal(COMMANDS.length, 21);
  });

  it('tells each officer exactly what the table allows, and of everything else why not', async () => {
    for (const { table, name, tried, code, todo } of cells) {
      if (tried) continue;
      const row = readRow(table.places[name]!.row);
      await Promise.all(
        Object.entries(table.people).map(async ([who, officer]) => {
          const { status, body } = await house.get(`/dossiers/${code}/actions`, officer);
          if (cannotSee(table.places[name]!, who)) {
            assert.deepEqual([status, body.code], [404, 'unknown_dossier'], `${name}: ${officer}`);
            return;
          }
          const may = [...row].filter(([, cell]) => cell.who.includes(who)).map(([command]) => command);
          assert.deepEqual([status, body.version], [200, todo.length]);
          assert.deepEqual([...body.allowed].sort(), may.sort(), `${name}: ${officer}`);
          const told = [...body.allowed, ...body.notYet.map((one) => one.command), 'submit'];
          assert.deepEqual(told.sort(), [...COMMANDS].sort(), `${name}: ${officer}`);
          assert.ok(body.notYet.every((one) => /^[a-z_]+$/.test(one.because)));
        }),
      );
    }
  });

  for (const table of TABLES) {
    for (const [name, place] of Object.entries(table.places)) {
      it(`${table.title}, ${name}: whatever is not in its row is refused and leaves no trace`, async () => {
        const row = readRow(place.row);
        const cell = cells.find((one) => one.table === table && one.name === name && one.tried === null)!;
        const code = cell.code!;
        const earlier = await house.standing(code);
        assert.deepEqual(earlier, {
          state: place.at.split('/')[0],
          version: cell.todo.length,
          events: cell.todo.length,
        });
        const tries = Object.keys(table.people).flatMap((who) =>
          COMMANDS.filter((command) => command !== 'submit' && !row.get(command)?.who.includes(who)).map(
            (command) => ({
              who,
              command,
            }),
          ),
        );
        const given = tries.map(({ who, command }) => ({ ...commandBy(table, who, command), code }));
        const answers = await house.giveAll(given);
        // What exists is not filed again; only the address of a dossier's own commands can even say so.
        const who = Object.keys(table.people);
        tries.push(...who.map((one) => ({ who: one, command: 'submit' })));
        answers.push(
          ...(await Promise.all(
            who.map((one) =>
              house.give({ command: 'submit', code, officer: table.people[one]!, payload: table.filed }),
            ),
          )),
        );
        answers.forEach(({ status, body }, index) => {
          const { who: by, command } = tries[index]!;
          const said = `${command} by ${by} (${table.people[by]}): ${JSON.stringify(body)}`;
          assert.deepEqual({ status, code: body.code }, expectedRefusal(row, place, command, by), said);
          if (status === 404) {
            // Word for word what is told of a code that nobody was given, but for that code.
            assert.equal(JSON.stringify(body).replaceAll(code, NOBODYS), nobodys.get(command), said);
            return;
          }
          assert.deepEqual([body.state, body.version], [earlier.state, earlier.version], said);
          const may = [...row].filter(([, one]) => one.who.includes(by)).map(([one]) => one);
          assert.deepEqual([...body.allowed].sort(), may.sort(), said);
          assert.ok(!body.allowed.includes(command), said);
        });
        assert.deepEqual(await house.standing(code), earlier);
      });
    }
  }

  it('accepts every cell of every row from everyone who is named there, with one event each', async () => {
    const accepted = cells.filter((cell) => cell.tried !== null);
    assert.ok(accepted.length > 300, String(accepted.length));
    house.later(1);
    const answers = await house.giveAll(
      accepted.map(({ table, tried, code }) => ({ ...commandBy(table, tried!.who, tried!.command), code })),
    );
    for (const [index, { status, body, headers }] of answers.entries()) {
      const { table, name, tried, todo } = accepted[index]!;
      const { to } = readRow(table.places[name]!.row).get(tried!.command)!;
      const said = `${name}: ${tried!.command} by ${table.people[tried!.who]}: ${JSON.stringify(body)}`;
      assert.equal(status, 200, said);
      assert.equal(body.step === null ? body.state : `${body.state}/${body.step}`, to, said);
      assert.equal(body.version, todo.length + 1, said);
      assert.equal(headers.ETag, `"${body.version}"`, said);
    }
    const stand = await Promise.all(
      accepted.filter((_, at) => at % 7 === 0).map((one) => house.standing(one.code!)),
    );
    stand.forEach(({ version, events }) => assert.equal(events, version));
  });

  it('leaves a log in which verify and the counts find nothing', () => house.proveClean());
});
