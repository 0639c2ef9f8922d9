import { PROCEDURE, UNIT, ITEM, PORTAL, POST } from '../e2e/support.js';
import type { StateName } from '#libs/workflow';
import type { Hands } from './people.js';

/** A command on a way: who, what, and with what. */
export interface Move {
  command: string;
  officer: string;
  payload: object;
}

/** A point of a dossier's life. */
export interface Place {
  state: StateName;
  /** the step in hand, 0 the first of three; null: no step is left to do, or none is begun */
  step: number | null;
  /** who:command, one after the other */
  way: string;
  /** what the table of rights has in a row of this state, and this very place has not: there is no step before the first */
  cannot?: readonly string[];
}

const begun = 'k:receive k:startProcessing';
const second = `${begun} s:completeStep`;
const last = `${second} z:completeStep`;
const resolved = `${last} h:resolve`;
const posted = `${resolved} k:handToPost`;
const afterwards = ['refuse', 'void'];

/** Every state of the lifecycle, and those of its places that differ. */
export const PLACES: Readonly<Record<string, Place>> = {
  submitted: { state: 'submitted', step: null, way: '' },
  received: { state: 'received', step: null, way: 'k:receive' },
  'first step': { state: 'processing', step: 0, way: begun, cannot: ['returnToStep', 'resolve'] },
  'second step': { state: 'processing', step: 1, way: second, cannot: ['resolve'] },
  'last step': { state: 'processing', step: 2, way: last, cannot: ['completeStep'] },
  suspended: { state: 'suspended', step: 1, way: `${second} z:suspend` },
  'papers before': {
    state: 'awaitingSupplement',
    step: null,
    way: 'k:requestSupplement',
    cannot: ['discontinue'],
  },
  'papers after': {
    state: 'awaitingSupplement',
    step: null,
    way: 'k:receive k:requestSupplement',
    cannot: afterwards,
  },
  'papers at work': {
    state: 'awaitingSupplement',
    step: 1,
    way: `${second} z:requestSupplement`,
    cannot: afterwards,
  },
  'fee before': { state: 'awaitingPayment', step: null, way: 'k:requestPayment', cannot: ['discontinue'] },
  'fee after': {
    state: 'awaitingPayment',
    step: null,
    way: 'k:receive k:requestPayment',
    cannot: afterwards,
  },
  'fee at work': { state: 'awaitingPayment', step: 2, way: `${last} k:requestPayment`, cannot: afterwards },
  resolved: { state: 'resolved', step: null, way: resolved },
  posted: { state: 'posted', step: null, way: posted },
  'at the counter': {
    state: 'awaitingCollection',
    step: null,
    way: `${resolved} k:offerAtCounter`,
    cannot: ['recordPostEvent'],
  },
  'come back': { state: 'awaitingCollection', step: null, way: `${posted} p:recordPostEvent(back)` },
  collected: {
    state: 'delivered',
    step: null,
    way: `${resolved} k:offerAtCounter k:collect`,
    cannot: ['recordPostEvent'],
  },
  'delivered by post': { state: 'delivered', step: null, way: `${posted} p:recordPostEvent` },
  refused: { state: 'refused', step: null, way: 'k:refuse' },
  withdrawn: { state: 'withdrawn', step: null, way: `${last} y:withdraw` },
  discontinued: { state: 'discontinued', step: null, way: `${last} h:discontinue` },
  voided: { state: 'voided', step: null, way: 'k:void' },
};

/** A procedure with three steps, and whose hands it goes through. */
export interface Story {
  filed: object;
  receiving: string;
  competent: string;
  /** the performers of the steps, by role and unit */
  steps: readonly { position: 'specialist' | 'head'; unit: string }[];
  byPost: boolean;
}

const stepsAt = (first: string, second: string): Story['steps'] => [
  { position: 'specialist', unit: first },
  { position: 'specialist', unit: second },
  { position: 'head', unit: first },
];
export const APPLICANT = { name: 'Thạch Thị Hoa', paperNumber: '084099123456', phone: '0912345678' };

/** At one unit by the counter, at one unit by the post, and over three units: received by one, decided by another, asked of a third. */
export const STORIES: Readonly<Record<string, Story>> = {
  counter: {
    filed: {
      procedure: PROCEDURE.certificate,
      channel: 'counter',
      returnBy: 'counter',
      applicant: APPLICANT,
    },
    receiving: UNIT.commune,
    competent: UNIT.commune,
    steps: stepsAt(UNIT.commune, UNIT.commune),
    byPost: false,
  },
  post: {
    filed: { procedure: PROCEDURE.certificate, channel: 'counter', returnBy: 'postal', applicant: APPLICANT },
    receiving: UNIT.commune,
    competent: UNIT.commune,
    steps: stepsAt(UNIT.commune, UNIT.commune),
    byPost: true,
  },
  joint: {
    filed: {
      procedure: PROCEDURE.joint,
      competentUnit: UNIT.province,
      channel: 'counter',
      returnBy: 'counter',
      applicant: APPLICANT,
    },
    receiving: UNIT.commune,
    competent: UNIT.province,
    steps: stepsAt(UNIT.province, UNIT.district),
    byPost: false,
  },
};

const PAYLOADS: Readonly<Record<string, object>> = {
  refuse: { reason: 'không thuộc thẩm quyền' },
  requestSupplement: { reason: 'thiếu giấy tờ', documents: ['bản sao'] },
  requestPayment: { amount: 8000 },
  discontinue: { reason: 'người nộp đã mất' },
  returnToStep: { step: 'verify', reason: 'thiếu chữ ký' },
  resolve: { outcome: 'approved' },
  handToPost: { itemNumber: ITEM },
  recordPostEvent: { itemNumber: ITEM, event: 'EMI' },
  'recordPostEvent(back)': { itemNumber: ITEM, event: 'EMH', action: 'returnToSender', reason: 'vắng nhà' },
  amend: { field: 'name', value: 'Thạch Thị Hòa' },
};
/** Of what came back only a parcel with a number of its own can be sent. */
const ANOTHER_ITEM = 'RA123456785VN';

/** What goes with a command at a place. */
export function payloadFor(command: string, place: Place): object {
  if (command === 'handToPost' && place.way.includes('handToPost')) return { itemNumber: ANOTHER_ITEM };
  return PAYLOADS[command] ?? {};
}

/** The commands that lead to a place; the first files the dossier. */
export function wayTo(story: Story, place: Place): Move[] {
  const { receiving, competent, steps, filed } = story;
  const who: Readonly<Record<string, string>> = {
    k: `counter-1@${receiving}`,
    s: `specialist-1@${competent}`,
    z: `specialist-1@${steps[1]!.unit}`,
    h: `head-1@${competent}`,
    p: POST,
    y: PORTAL,
  };
  const rest = place.way.split(' ').filter((word) => word !== '');
  return [
    { command: 'submit', officer: who.k!, payload: filed },
    ...rest.map((word) => {
      const command = word.slice(2);
      return {
        command: command.replace(/\(.*/, ''),
        officer: who[word[0]!]!,
        payload: PAYLOADS[command] ?? {},
      };
    }),
  ];
}

/** In whose hands it is there, and was. */
export function handsAt({ receiving, competent, steps, byPost }: Story, { way }: Place): Hands {
  const done = way.split(' ').filter((word) => /completeStep$/.test(word)).length;
  const passed = done > 0 ? [steps[1]!.unit] : [];
  return { receiving, competent, passed, post: byPost || way.includes('handToPost') };
}
