import { filing } from './support.js';

/*
 * The lifecycle as it is meant, seen from outside: DOMAIN.md §2 and the statechart of the docs, written down by hand as
 * who may do what where, and what follows. Nothing here is asked of the workflow's own code.
 */

export const COMMANDS = [
  ...['submit', 'receive', 'refuse', 'requestSupplement', 'supplement', 'requestPayment', 'confirmPayment'],
  ...['startProcessing', 'completeStep', 'returnToStep', 'suspend', 'resume', 'resolve', 'withdraw'],
  ...['discontinue', 'handToPost', 'recordPostEvent', 'offerAtCounter', 'collect', 'amend', 'void'],
];
export const STATES = [
  ...['submitted', 'received', 'refused', 'processing', 'suspended', 'awaitingSupplement', 'awaitingPayment'],
  ...['withdrawn', 'discontinued', 'resolved', 'posted', 'awaitingCollection', 'delivered', 'voided'],
];

const FIRST = 'RA473124829VN';
const SECOND = 'RA123456785VN';

/** What goes with each command where it has nothing better to say; `command(how)` in a way says it otherwise. */
export const PAYLOADS: Record<string, object> = {
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
export interface Place {
  at: string;
  way: string;
  row: string;
  /** who has nothing to do with the dossier so far, besides `x`: to them it is not there */
  unseen?: string;
}

/** A procedure, who its people are, and every place of its life. */
export interface Table {
  title: string;
  filed: object;
  /** k, c: the counter that received it, and that of the unit that answers for it; s, h: specialist and head there; z, w: the same at the consulted unit; p: the post; q: a carrier's connector; y: the portal; x: a specialist of a unit that has nothing to do with it */
  people: Record<string, string>;
  places: Record<string, Place>;
}

const everywhere = {
  p: 'post@000.00.00.H59',
  q: 'carrier@000.00.00.H59',
  y: 'portal@000.00.00.H59',
  x: 'specialist-2@000.00.22.H59',
};

const toAssign = 'k:receive c:startProcessing';
const toVerify = `${toAssign} h:completeStep`;
const toSign = `${toVerify} s:completeStep s:completeStep`;
const toResolved = `${toSign} h:resolve`;
const toPosted = `${toResolved} k:handToPost(first)`;
const toReturned = `${toPosted} p:recordPostEvent(back)`;

const waitingBefore = (back: string, where: string): string => `
  ${back} k c q y → submitted    refuse k → refused    void k → voided    withdraw k c q y → withdrawn    amend k c s h → ${where}`;
const waitingAfter = (back: string, to: string, where: string): string => `
  ${back} k c q y → ${to}    withdraw k c q y → withdrawn    discontinue h → discontinued    amend k c s h → ${where}`;
const atWork = (step: string): string => `
  suspend s h → suspended/${step}    requestSupplement s h → awaitingSupplement/${step}
  requestPayment k c s h → awaitingPayment/${step}    withdraw k c q y → withdrawn    discontinue h → discontinued
  amend k c s h → processing/${step}`;
const amendOnly = (where: string): string => `amend k c s h → ${where}`;

/** Filed at a ward's counter for the city, whose four steps are assign (head), verify, draft (specialist), sign (head). */
export const district: Table = {
  title: 'a procedure of a district, filed at another counter',
  filed: filing('1.000314', '000.00.21.H59', { returnBy: 'postal' }),
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
      row: `receive k → received    refuse k → refused    void k → voided    withdraw k c q y → withdrawn
        requestSupplement k → awaitingSupplement    requestPayment k → awaitingPayment    amend k c s h → submitted`,
    },
    accepted: {
      at: 'received',
      way: 'k:receive',
      row: `startProcessing k c s h → processing/assign    requestSupplement k c s h → awaitingSupplement
        requestPayment k c s h → awaitingPayment    withdraw k c q y → withdrawn    discontinue h → discontinued
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
      row: `resume s h → processing/verify    withdraw k c q y → withdrawn    discontinue h → discontinued
        amend k c s h → suspended/verify`,
    },
    'suspended at the last step': {
      at: 'suspended/sign',
      way: `${toSign} h:suspend`,
      row: `resume s h → processing/sign    withdraw k c q y → withdrawn    discontinue h → discontinued
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
      row: `receive k → received    refuse k → refused    void k → voided    withdraw k c q y → withdrawn
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
      row: `recordPostEvent p q y → delivered ${amendOnly('posted')}`,
    },
    'at the counter': {
      at: 'awaitingCollection',
      way: `${toResolved} c:offerAtCounter`,
      row: `collect k c p → delivered    handToPost k c p → posted ${amendOnly('awaitingCollection')}`,
    },
    'sent back by the post': {
      at: 'awaitingCollection',
      way: toReturned,
      row: `collect k c p → delivered    handToPost k c p → posted    recordPostEvent p q y → delivered
        ${amendOnly('awaitingCollection')}`,
    },
    'posted once more, when word of the old parcel moves nothing': {
      at: 'posted',
      way: `${toReturned} c:handToPost`,
      row: `recordPostEvent p q y → posted ${amendOnly('posted')}`,
    },
    collected: {
      at: 'delivered',
      way: `${toResolved} c:offerAtCounter k:collect`,
      row: amendOnly('delivered'),
    },
    'collected after it had come back': {
      at: 'delivered',
      way: `${toReturned} k:collect`,
      row: `recordPostEvent p q y → delivered ${amendOnly('delivered')}`,
    },
    'delivered by the post': {
      at: 'delivered',
      way: `${toPosted} y:recordPostEvent`,
      row: `recordPostEvent p q y → delivered ${amendOnly('delivered')}`,
    },
    'delivered after it had come back': {
      at: 'delivered',
      way: `${toReturned} p:recordPostEvent`,
      row: `recordPostEvent p q y → delivered ${amendOnly('delivered')}`,
    },
  },
};

const toAppraise = 'k:receive k:startProcessing h:completeStep';
const toConsult = `${toAppraise} s:completeStep`;
const toDraft = `${toConsult} z:completeStep`;
const toReview = `${toDraft} s:completeStep`;
const ownWork = (step: string): string => `
  suspend s h → suspended/${step}    requestSupplement s h → awaitingSupplement/${step}
  requestPayment k s h → awaitingPayment/${step}    withdraw k q y → withdrawn    discontinue h → discontinued
  amend k s h → processing/${step}`;

/** Planning's own procedure that asks finance at its third step: assign, appraise, consult (finance), draft, review, sign. */
export const twoUnits: Table = {
  title: 'a procedure of two units',
  filed: filing('1.009644', '000.00.03.H59', { returnBy: 'postal' }),
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
      unseen: 'z w',
      at: 'received',
      way: 'k:receive',
      row: `startProcessing k s h → processing/assign    requestSupplement k s h → awaitingSupplement
        requestPayment k s h → awaitingPayment    withdraw k q y → withdrawn    discontinue h → discontinued
        amend k s h → received`,
    },
    'at assign': {
      unseen: 'z w',
      at: 'processing/assign',
      way: 'k:receive k:startProcessing',
      row: `completeStep h → processing/appraise ${ownWork('assign')}`,
    },
    'at appraise': {
      unseen: 'z w',
      at: 'processing/appraise',
      way: toAppraise,
      row: `completeStep s h → processing/consult    returnToStep s h → processing/assign ${ownWork('appraise')}`,
    },
    'with the other unit': {
      at: 'processing/consult',
      way: toConsult,
      row: `completeStep z w → processing/draft    returnToStep z w → processing/assign
        suspend s h z w → suspended/consult    requestSupplement s h z w → awaitingSupplement/consult
        requestPayment k s h z w → awaitingPayment/consult    withdraw k q y → withdrawn    discontinue h → discontinued
        amend k s h z w → processing/consult`,
    },
    'suspended with the other unit': {
      at: 'suspended/consult',
      way: `${toConsult} z:suspend`,
      row: `resume s h z w → processing/consult    withdraw k q y → withdrawn    discontinue h → discontinued
        amend k s h z w → suspended/consult`,
    },
    'papers owed to the other unit': {
      at: 'awaitingSupplement/consult',
      way: `${toConsult} z:requestSupplement`,
      row: `supplement k q y → processing/consult    withdraw k q y → withdrawn    discontinue h → discontinued
        amend k s h z w → awaitingSupplement/consult`,
    },
    'a fee owed to the other unit': {
      at: 'awaitingPayment/consult',
      way: `${toConsult} w:requestPayment`,
      row: `confirmPayment k q y → processing/consult    withdraw k q y → withdrawn    discontinue h → discontinued
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

const WITH_AND_WITHOUT_THE_POST = [
  ...['newly filed', 'accepted', 'at the last step', 'papers owed at a step', 'withdrawn at work', 'decided'],
  ...['at the counter', 'collected', 'with the post', 'sent back by the post', 'delivered by the post'],
];

/** The district's procedure once more, for somebody who fetches the result at the counter: the post learns of it when it is handed over. */
export const byHand: Table = {
  title: 'a procedure of a district, to be fetched at the counter',
  filed: filing('1.000314', '000.00.21.H59', { returnBy: 'counter' }),
  people: district.people,
  places: Object.fromEntries(
    WITH_AND_WITHOUT_THE_POST.map((name) => {
      const place = district.places[name]!;
      const toPost = place.way.includes(':handToPost');
      if (toPost || place.unseen !== undefined) return [name, place];
      // Neither may do what the row gives them, nor learn that there is a row.
      return [name, { ...place, row: place.row.replace(/ [pq](?= )/g, ''), unseen: 'p q' }];
    }),
  ),
};
