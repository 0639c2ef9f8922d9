import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { COMMANDS, STATES, type CommandName, type StateName } from '#libs/workflow';
import {
  CARRIER,
  COUNTER,
  HEAD,
  ITEM,
  SPECIALIST,
  UNIT,
  assertProblem,
  startBench,
  type Answer,
  type Bench,
} from './support.js';

/** A command as someone gives it. */
type Deed = [command: CommandName, officer?: string, body?: object];

const reason = 'lý do';
const OTHER_ITEM = 'RA123456785VN';

const receive: Deed = ['receive'];
const start: Deed = ['startProcessing'];
const done: Deed = ['completeStep', SPECIALIST];
const resolve: Deed = ['resolve', HEAD, { outcome: 'approved' }];
const supplementAsked: Deed = ['requestSupplement', COUNTER, { reason }];
const paymentAsked: Deed = ['requestPayment', COUNTER, { amount: 8000 }];
const post: Deed = ['handToPost', COUNTER, { itemNumber: ITEM }];
const sentBack: Deed = [
  'recordPostEvent',
  CARRIER,
  { itemNumber: ITEM, event: 'EMH', action: 'returnToSender', reason },
];
const arrived: Deed = ['recordPostEvent', CARRIER, { itemNumber: ITEM, event: 'EMI' }];
const offer: Deed = ['offerAtCounter'];
const untilResolved: Deed[] = [receive, start, done, done, resolve];

/** Where a dossier can be: its state, how it gets there, and where each command that is accepted there leads. */
interface Place {
  name: string;
  state: StateName;
  way: Deed[];
  accepted: Partial<Record<CommandName, StateName>>;
  /** well-formed elsewhere, but not about this dossier: 422 with this code */
  unfit?: Partial<Record<CommandName, string>>;
}

const endings = { withdraw: 'withdrawn', discontinue: 'discontinued' } as const;
const asked = { requestSupplement: 'awaitingSupplement', requestPayment: 'awaitingPayment' } as const;

const PLACES: Place[] = [
  {
    name: 'submitted',
    state: 'submitted',
    way: [],
    accepted: {
      receive: 'received',
      refuse: 'refused',
      void: 'voided',
      withdraw: 'withdrawn',
      ...asked,
      amend: 'submitted',
    },
  },
  {
    name: 'awaitingSupplement before acceptance',
    state: 'awaitingSupplement',
    way: [supplementAsked],
    accepted: {
      supplement: 'submitted',
      refuse: 'refused',
      void: 'voided',
      withdraw: 'withdrawn',
      amend: 'awaitingSupplement',
    },
  },
  {
    name: 'awaitingPayment before acceptance',
    state: 'awaitingPayment',
    way: [paymentAsked],
    accepted: {
      confirmPayment: 'submitted',
      refuse: 'refused',
      void: 'voided',
      withdraw: 'withdrawn',
      amend: 'awaitingPayment',
    },
  },
  {
    name: 'received',
    state: 'received',
    way: [receive],
    accepted: { startProcessing: 'processing', ...asked, ...endings, amend: 'received' },
  },
  {
    name: 'awaitingSupplement after acceptance',
    state: 'awaitingSupplement',
    way: [receive, supplementAsked],
    accepted: { supplement: 'received', ...endings, amend: 'awaitingSupplement' },
  },
  {
    name: 'awaitingPayment after acceptance',
    state: 'awaitingPayment',
    way: [receive, paymentAsked],
    accepted: { confirmPayment: 'received', ...endings, amend: 'awaitingPayment' },
  },
  {
    name: 'processing, at the first step',
    state: 'processing',
    way: [receive, start],
    accepted: { completeStep: 'processing', suspend: 'suspended', ...asked, ...endings, amend: 'processing' },
  },
  {
    name: 'processing, at a step between',
    state: 'processing',
    way: [receive, start, done],
    accepted: {
      completeStep: 'processing',
      returnToStep: 'processing',
      suspend: 'suspended',
      ...asked,
      ...endings,
      amend: 'processing',
    },
  },
  {
    name: 'processing, at the last step',
    state: 'processing',
    way: [receive, start, done, done],
    accepted: {
      resolve: 'resolved',
      returnToStep: 'processing',
      suspend: 'suspended',
      ...asked,
      ...endings,
      amend: 'processing',
    },
  },
  {
    name: 'awaitingSupplement while processing',
    state: 'awaitingSupplement',
    way: [receive, start, ['requestSupplement', SPECIALIST, { reason }]],
    accepted: { supplement: 'processing', ...endings, amend: 'awaitingSupplement' },
  },
  {
    name: 'awaitingPayment while processing',
    state: 'awaitingPayment',
    way: [receive, start, paymentAsked],
    accepted: { confirmPayment: 'processing', ...endings, amend: 'awaitingPayment' },
  },
  {
    name: 'suspended',
    state: 'suspended',
    way: [receive, start, ['suspend', SPECIALIST]],
    accepted: { resume: 'processing', ...endings, amend: 'suspended' },
  },
  {
    name: 'resolved',
    state: 'resolved',
    way: untilResolved,
    accepted: { handToPost: 'posted', offerAtCounter: 'awaitingCollection', amend: 'resolved' },
  },
  {
    name: 'posted',
    state: 'posted',
    way: [...untilResolved, post],
    accepted: { recordPostEvent: 'posted', amend: 'posted' },
  },
  {
    name: 'awaitingCollection, offered there',
    state: 'awaitingCollection',
    way: [...untilResolved, offer],
    accepted: { collect: 'delivered', handToPost: 'posted', amend: 'awaitingCollection' },
    unfit: { recordPostEvent: 'unknown_item_number' },
  },
  {
    name: 'awaitingCollection, sent back by the post',
    state: 'awaitingCollection',
    way: [...untilResolved, post, sentBack],
    accepted: {
      collect: 'delivered',
      handToPost: 'posted',
      recordPostEvent: 'awaitingCollection',
      amend: 'awaitingCollection',
    },
  },
  {
    name: 'delivered at the counter',
    state: 'delivered',
    way: [...untilResolved, offer, ['collect']],
    accepted: { amend: 'delivered' },
    unfit: { recordPostEvent: 'unknown_item_number' },
  },
  {
    name: 'delivered by the post',
    state: 'delivered',
    way: [...untilResolved, post, arrived],
    accepted: { recordPostEvent: 'delivered', amend: 'delivered' },
  },
  { name: 'refused', state: 'refused', way: [['refuse', COUNTER, { reason }]], accepted: {} },
  { name: 'voided', state: 'voided', way: [['void']], accepted: {} },
  { name: 'withdrawn', state: 'withdrawn', way: [receive, ['withdraw']], accepted: {} },
  {
    name: 'discontinued',
    state: 'discontinued',
    way: [receive, ['discontinue', HEAD, { reason }]],
    accepted: {},
  },
];

/** A well-formed body for each command. The item handed over is one that the dossier was not handed over under before. */
const BODIES: Record<CommandName, object> = {
  submit: {},
  receive: {},
  refuse: { reason },
  requestSupplement: { reason, documents: ['Giấy khai sinh'] },
  supplement: {},
  requestPayment: { amount: 8000 },
  confirmPayment: { amount: 8000, method: 'cash' },
  startProcessing: {},
  completeStep: {},
  returnToStep: { step: 'verify', reason },
  suspend: {},
  resume: {},
  resolve: { outcome: 'rejected', reason },
  withdraw: {},
  discontinue: { reason },
  handToPost: { itemNumber: OTHER_ITEM },
  recordPostEvent: { itemNumber: ITEM, event: 'EMG' },
  offerAtCounter: {},
  collect: {},
  amend: { field: 'address', value: 'Ấp Một' },
  void: {},
};

/** Who may give a command wherever it is accepted. */
function officerFor(command: CommandName, place: Place): string {
  if (command === 'recordPostEvent') return CARRIER;
  if (command === 'discontinue' || command === 'resolve') return HEAD;
  if (['completeStep', 'returnToStep', 'suspend', 'resume'].includes(command)) {
    return place.name.includes('last step') && command === 'returnToStep' ? HEAD : SPECIALIST;
  }
  return place.state === 'processing' && command === 'requestSupplement' ? SPECIALIST : COUNTER;
}

describe('every command in every state, through the API', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(async () => {
    assert.deepEqual(bench.logged, []);
    await bench.close();
  });

  async function reach(place: Place): Promise<string> {
    const code = await bench.file();
    for (const [command, officer, body] of place.way) await bench.act(code, command, officer, body);
    return code;
  }

  const give = (code: string, command: CommandName, officer: string): Promise<Answer> =>
    bench.call('POST', `/api/v1/dossiers/${code}/commands/${command}`, { officer, body: BODIES[command] });

  it('the places tried below cover every state', () => {
    assert.deepEqual([...new Set(PLACES.map((place) => place.state))].sort(), [...STATES].sort());
  });

  for (const place of PLACES) {
    it(`${place.name}: each of the ${COMMANDS.length} commands is accepted or refused as it should be`, async () => {
      const still = await reach(place);
      const { json: here } = await bench.call('GET', `/api/v1/dossiers/${still}`);
      assert.equal(here.state, place.state);
      for (const command of COMMANDS) {
        const officer = officerFor(command, place);
        const leadsTo = place.accepted[command];
        if (leadsTo !== undefined) {
          const code = await reach(place);
          const answer = await give(code, command, officer);
          assert.deepEqual([answer.status, answer.json.state], [200, leadsTo], `${command}: ${answer.text}`);
          assert.equal(answer.json.version, (here.version as number) + 1, command);
          continue;
        }
        const answer = await give(still, command, officer);
        const unfit = place.unfit?.[command];
        const problem = assertProblem(answer, unfit ? 422 : 409, unfit ?? 'not_allowed_in_state');
        assert.deepEqual([problem.state, problem.version], [place.state, here.version], command);
        assert.ok(!(problem.allowed as string[]).includes(command), command);
      }
      const { json: after } = await bench.call('GET', `/api/v1/dossiers/${still}`);
      assert.deepEqual(after, here, 'what is refused changes nothing');
    });

    it(`${place.name}: what is offered is what is accepted`, async () => {
      const code = await reach(place);
      const offered = new Set<string>();
      for (const officer of [COUNTER, SPECIALIST, HEAD, CARRIER, `post@${UNIT.province}`]) {
        const { json } = await bench.call('GET', `/api/v1/dossiers/${code}/actions`, { officer });
        for (const command of json.allowed as string[]) offered.add(command);
      }
      assert.deepEqual([...offered].sort(), Object.keys(place.accepted).sort());
    });
  }

  it('a parcel that comes back waits at the counter, and one that arrives after all is delivered', async () => {
    const code = await bench.file();
    for (const [command, officer, body] of [...untilResolved, post])
      await bench.act(code, command, officer, body);
    const report = async (event: string, more: object = {}): Promise<unknown> =>
      (await bench.act(code, 'recordPostEvent', CARRIER, { itemNumber: ITEM, event, ...more })).json.state;
    assert.equal(await report('EMG'), 'posted');
    assert.equal(await report('EMA'), 'posted', 'word comes in any order');
    assert.equal(await report('EMH'), 'posted');
    assert.equal(await report('EMH', { action: 'tryAgain' }), 'posted');
    assert.equal(
      await report('EMH', { action: 'returnToSender', reason: 'không có người nhận' }),
      'awaitingCollection',
    );
    assert.equal(await report('EMH', { action: 'returnToSender' }), 'awaitingCollection', 'and twice');
    assert.equal(await report('EMI'), 'delivered');
    assert.equal(await report('EMD'), 'delivered', 'and late');
  });
});
