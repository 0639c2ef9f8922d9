import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openHouse, filing, live, type Answer, type Given, type House, type Life } from './support.js';

/*
 * The lifecycle as it is meant, seen from outside: DOMAIN.md §2 and the statechart of the docs, written down by hand as
 * who may do what where, and what follows. Nothing here is asked of the workflow's own code.
 */

const COMMANDS = [
  ...['submit', 'receive', 'refuse', 'requestSupplement', 'supplement', 'requestPayment', 'confirmPayment'],
  ...['startProcessing', 'completeStep', 'returnToStep', 'suspend', 'resume', 'resolve', 'withdraw'],
  ...['discontinue', 'handToPost', 'recordPostEvent', 'offerAtCounter', 'collect', 'amend', 'void'],
];
const STATES = [
  ...['submitted', 'received', 'refused', 'processing', 'suspended', 'awaitingSupplement', 'awaitingPayment'],
  ...['withdrawn', 'discontinued', 'resolved', 'posted', 'awaitingCollection', 'delivered', 'voided'],
];

const FIRST = 'RA473124829VN';
const SECOND = 'RA123456785VN';

/** What goes with each command where it has nothing better to say; `command(how)` in a way says it otherwise. */
const PAYLOADS: Record<string, object> = {
  refuse: { reason: 'không thuộc thẩm quyền' },
  requestSupplement: { reason: 'thiếu giấy tờ', documents: ['bản sao'] },
  requestPayment: { amount: 30000 },
  discontinue: { reason: 'người nộp đã mất' },
  returnToStep: { step: 'assign', reason: 'thiếu chữ ký' },
  resolve: { outcome: 'approved' },
  'resolve(rejected)': { outcome: 'rejected' },
  handToPost: { itemNumber: SECOND },
  'handToPost(first)': { itemNumber: FIRST },
  recordPostEvent: { itemNumber: FIRST, event: 'EMI' },
  'recordPostEvent(back)': { itemNumber: FIRST, event: 'EMH', action: 'returnToSender', reason: 'vắng nhà' },
  amend: { field: 'name', value: 'Thạch Thị Hòa' },
};

/** Where each place is reached from, by whom, and its row of the table. */
interface Place {
  at: string;
  way: string;
  row: string;
}

/** A procedure, who its people are, and every place of its life. */
interface Table {
  title: string;
  filed: object;
  /** k, c: the counter that received it, and that of the unit that answers for it; s, h: specialist and head there; z, w: the same at the consulted unit; p: the post; y: the portal; x: a specialist of a unit that has nothing to do with it */
  people: Record<string, string>;
  places: Record<string, Place>;
}

const everywhere = { p: 'post@000.00.00.H59', y: 'portal@000.00.00.H59', x: 'specialist-2@000.00.22.H59' };

const toAssign = 'k:receive c:startProcessing';
const toVerify = `${toAssign} h:completeStep`;
const toSign = `${toVerify} s:completeStep s:completeStep`;
const toResolved = `${toSign} h:resolve`;
const toPosted = `${toResolved} k:handToPost(first)`;
const toReturned = `${toPosted} p:recordPostEvent(back)`;

const waitingBefore = (back: string, where: string): string => `
  ${back} k c y → submitted    refuse k → refused    void k → voided    withdraw k c y → withdrawn    amend k c s h → ${where}`;
const waitingAfter = (back: string, to: string, where: string): string => `
  ${back} k c y → ${to}    withdraw k c y → withdrawn    discontinue h → discontinued    amend k c s h → ${where}`;
const atWork = (step: string): string => `
  suspend s h → suspended/${step}    requestSupplement s h → awaitingSupplement/${step}
  requestPayment k c s h → awaitingPayment/${step}    withdraw k c y → withdrawn    discontinue h → discontinued
  amend k c s h → processing/${step}`;
const amendOnly = (where: string): string => `amend k c s h → ${where}`;

/** Filed at a ward's counter for the city, whose four steps are assign (head), verify, draft (specialist), sign (head). */
const district: Table = {
  title: 'a procedure of a district, filed at another counter',
  filed: filing('1.000314', '000.00.21.H59'),
  people: {
    k: 'counter-1@000.01.21.H59',
    c: 'counter-1@000.00.21.H59',
    s: 'specialist-1@000.00.21.H59',
    h: 'head-1@000.00.21.H59',
    ...everywhere,
  },
  places: {
    'newly filed': {
      at: 'submitted',
      way: '',
      row: `receive k → received    refuse k → refused    void k → voided    withdraw k c y → withdrawn
        requestSupplement k → awaitingSupplement    requestPayment k → awaitingPayment    amend k c s h → submitted`,
    },
    accepted: {
      at: 'received',
      way: 'k:receive',
      row: `startProcessing k c s h → processing/assign    requestSupplement k c s h → awaitingSupplement
        requestPayment k c s h → awaitingPayment    withdraw k c y → withdrawn    discontinue h → discontinued
        amend k c s h → received`,
    },
    'at the first step': {
      at: 'processing/assign',
      way: toAssign,
      row: `completeStep h → processing/verify ${atWork('assign')}`,
    },
    'at the second step': {
      at: 'processing/verify',
      way: toVerify,
      row: `completeStep s h → processing/draft    returnToStep s h → processing/assign ${atWork('verify')}`,
    },
    'at the third step': {
      at: 'processing/draft',
      way: `${toVerify} s:completeStep`,
      row: `completeStep s h → processing/sign    returnToStep s h → processing/assign ${atWork('draft')}`,
    },
    'at the last step': {
      at: 'processing/sign',
      way: toSign,
      row: `resolve h → resolved    returnToStep h → processing/assign ${atWork('sign')}`,
    },
    'sent back to the first step': {
      at: 'processing/assign',
      way: `${toSign} h:returnToStep`,
      row: `completeStep h → processing/verify ${atWork('assign')}`,
    },
    suspended: {
      at: 'suspended/verify',
      way: `${toVerify} s:suspend`,
      row: `resume s h → processing/verify    withdraw k c y → withdrawn    discontinue h → discontinued
        amend k c s h → suspended/verify`,
    },
    'suspended at the last step': {
      at: 'suspended/sign',
      way: `${toSign} h:suspend`,
      row: `resume s h → processing/sign    withdraw k c y → withdrawn    discontinue h → discontinued
        amend k c s h → suspended/sign`,
    },
    'papers owed before acceptance': {
      at: 'awaitingSupplement',
      way: 'k:requestSupplement',
      row: waitingBefore('supplement', 'awaitingSupplement'),
    },
    'papers owed after acceptance': {
      at: 'awaitingSupplement',
      way: 'k:receive c:requestSupplement',
      row: waitingAfter('supplement', 'received', 'awaitingSupplement'),
    },
    'papers owed at a step': {
      at: 'awaitingSupplement/verify',
      way: `${toVerify} s:requestSupplement`,
      row: waitingAfter('supplement', 'processing/verify', 'awaitingSupplement/verify'),
    },
    'a fee owed before acceptance': {
      at: 'awaitingPayment',
      way: 'k:requestPayment',
      row: waitingBefore('confirmPayment', 'awaitingPayment'),
    },
    'a fee owed after acceptance': {
      at: 'awaitingPayment',
      way: 'k:receive s:requestPayment',
      row: waitingAfter('confirmPayment', 'received', 'awaitingPayment'),
    },
    'a fee owed at the last step': {
      at: 'awaitingPayment/sign',
      way: `${toSign} c:requestPayment`,
      row: waitingAfter('confirmPayment', 'processing/sign', 'awaitingPayment/sign'),
    },
    'filed again after papers came': {
      at: 'submitted',
      way: 'k:requestSupplement y:supplement',
      row: `receive k → received    refuse k → refused    void k → voided    withdraw k c y → withdrawn
        requestSupplement k → awaitingSupplement    requestPayment k → awaitingPayment    amend k c s h → submitted`,
    },
    refused: { at: 'refused', way: 'k:refuse', row: '' },
    'entered by mistake': { at: 'voided', way: 'k:void', row: '' },
    'withdrawn before acceptance': { at: 'withdrawn', way: 'y:withdraw', row: '' },
    'withdrawn at work': { at: 'withdrawn', way: `${toVerify} c:withdraw`, row: '' },
    stopped: { at: 'discontinued', way: `${toVerify} h:discontinue`, row: '' },
    decided: {
      at: 'resolved',
      way: toResolved,
      row: `handToPost k c p → posted    offerAtCounter k c p → awaitingCollection ${amendOnly('resolved')}`,
    },
    'rejected, which is a decision too': {
      at: 'resolved',
      way: `${toSign} h:resolve(rejected)`,
      row: `handToPost k c p → posted    offerAtCounter k c p → awaitingCollection ${amendOnly('resolved')}`,
    },
    'with the post': {
      at: 'posted',
      way: toPosted,
      row: `recordPostEvent p y → delivered ${amendOnly('posted')}`,
    },
    'at the counter': {
      at: 'awaitingCollection',
      way: `${toResolved} c:offerAtCounter`,
      row: `collect k c p → delivered    handToPost k c p → posted ${amendOnly('awaitingCollection')}`,
    },
    'sent back by the post': {
      at: 'awaitingCollection',
      way: toReturned,
      row: `collect k c p → delivered    handToPost k c p → posted    recordPostEvent p y → delivered
        ${amendOnly('awaitingCollection')}`,
    },
    'posted once more, when word of the old parcel moves nothing': {
      at: 'posted',
      way: `${toReturned} c:handToPost`,
      row: `recordPostEvent p y → posted ${amendOnly('posted')}`,
    },
    collected: {
      at: 'delivered',
      way: `${toResolved} c:offerAtCounter k:collect`,
      row: amendOnly('delivered'),
    },
    'collected after it had come back': {
      at: 'delivered',
      way: `${toReturned} k:collect`,
      row: `recordPostEvent p y → delivered ${amendOnly('delivered')}`,
    },
    'delivered by the post': {
      at: 'delivered',
      way: `${toPosted} y:recordPostEvent`,
      row: `recordPostEvent p y → delivered ${amendOnly('delivered')}`,
    },
    'delivered after it had come back': {
      at: 'delivered',
      way: `${toReturned} p:recordPostEvent`,
      row: `recordPostEvent p y → delivered ${amendOnly('delivered')}`,
    },
  },
};

const toAppraise = 'k:receive k:startProcessing h:completeStep';
const toConsult = `${toAppraise} s:completeStep`;
const toDraft = `${toConsult} z:completeStep`;
const toReview = `${toDraft} s:completeStep`;
const ownWork = (step: string): string => `
  suspend s h → suspended/${step}    requestSupplement s h → awaitingSupplement/${step}
  requestPayment k s h → awaitingPayment/${step}    withdraw k y → withdrawn    discontinue h → discontinued
  amend k s h → processing/${step}`;

/** Planning's own procedure that asks finance at its third step: assign, appraise, consult (finance), draft, review, sign. */
const twoUnits: Table = {
  title: 'a procedure of two units',
  filed: filing('1.009644', '000.00.03.H59'),
  people: {
    k: 'counter-2@000.00.03.H59',
    s: 'specialist-2@000.00.03.H59',
    h: 'head-1@000.00.03.H59',
    z: 'specialist-1@000.00.04.H59',
    w: 'head-1@000.00.04.H59',
    ...everywhere,
  },
  places: {
    accepted: {
      at: 'received',
      way: 'k:receive',
      row: `startProcessing k s h → processing/assign    requestSupplement k s h → awaitingSupplement
        requestPayment k s h → awaitingPayment    withdraw k y → withdrawn    discontinue h → discontinued
        amend k s h → received`,
    },
    'at assign': {
      at: 'processing/assign',
      way: 'k:receive k:startProcessing',
      row: `completeStep h → processing/appraise ${ownWork('assign')}`,
    },
    'at appraise': {
      at: 'processing/appraise',
      way: toAppraise,
      row: `completeStep s h → processing/consult    returnToStep s h → processing/assign ${ownWork('appraise')}`,
    },
    'with the other unit': {
      at: 'processing/consult',
      way: toConsult,
      row: `completeStep z w → processing/draft    returnToStep z w → processing/assign
        suspend s h z w → suspended/consult    requestSupplement s h z w → awaitingSupplement/consult
        requestPayment k s h z w → awaitingPayment/consult    withdraw k y → withdrawn    discontinue h → discontinued
        amend k s h z w → processing/consult`,
    },
    'suspended with the other unit': {
      at: 'suspended/consult',
      way: `${toConsult} z:suspend`,
      row: `resume s h z w → processing/consult    withdraw k y → withdrawn    discontinue h → discontinued
        amend k s h z w → suspended/consult`,
    },
    'papers owed to the other unit': {
      at: 'awaitingSupplement/consult',
      way: `${toConsult} z:requestSupplement`,
      row: `supplement k y → processing/consult    withdraw k y → withdrawn    discontinue h → discontinued
        amend k s h z w → awaitingSupplement/consult`,
    },
    'a fee owed to the other unit': {
      at: 'awaitingPayment/consult',
      way: `${toConsult} w:requestPayment`,
      row: `confirmPayment k y → processing/consult    withdraw k y → withdrawn    discontinue h → discontinued
        amend k s h z w → awaitingPayment/consult`,
    },
    'back from the other unit': {
      at: 'processing/draft',
      way: toDraft,
      row: `completeStep s h → processing/review    returnToStep s h → processing/assign ${ownWork('draft')}`,
    },
    'at review': {
      at: 'processing/review',
      way: toReview,
      row: `completeStep h → processing/sign    returnToStep h → processing/assign ${ownWork('review')}`,
    },
    'at sign': {
      at: 'processing/sign',
      way: `${toReview} h:completeStep`,
      row: `resolve h → resolved    returnToStep h → processing/assign ${ownWork('sign')}`,
    },
    decided: {
      at: 'resolved',
      way: `${toReview} h:completeStep h:resolve`,
      row: `handToPost k p → posted    offerAtCounter k p → awaitingCollection    amend k s h → resolved`,
    },
  },
};

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

/** How a command that is not possible, or not by this person, is refused. */
function expectedRefusal(
  row: Row,
  place: Place,
  command: string,
  who: string,
): { status: number; code: string } {
  const cell = row.get(command);
  if (cell) {
    return { status: 403, code: couldElsewhere(who, cell.who) ? 'not_your_unit' : 'not_your_position' };
  }
  // There news of a parcel may come, but this dossier has none: those who may bring news are told just that.
  const listens = ['posted', 'awaitingCollection', 'delivered'].includes(place.at);
  if (command === 'recordPostEvent' && listens && 'py'.includes(who)) {
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

const TABLES = [district, twoUnits];
const cells: Cell[] = TABLES.flatMap((table) =>
  Object.entries(table.places).flatMap(([name, place]) => {
    const todo = readWay(table, place.way);
    const one = (tried: Cell['tried']): Cell => ({ table, name, tried, todo });
    const row = [...readRow(place.row)];
    return [one(null), ...row.flatMap(([command, { who }]) => who.map((by) => one({ who: by, command })))];
  }),
);

describe('every state × command cell over HTTP', () => {
  let house: House;
  const last = new Map<Cell, Answer>();

  before(async () => {
    house = await openHouse();
    await live(house, cells, (cell, _, answer) => void last.set(cell, answer));
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
