import {
  POSITIONS,
  type CommandName,
  type Position,
  type Relation,
  type Separation,
  type StateName,
} from './types.js';

/** One kind of person who may act: a position, and how its unit must stand to the dossier. */
export interface Right {
  /** `performer`: whoever the procedure names for the step in hand, at the unit that holds it */
  position: Position | 'performer';
  /** one of these is enough */
  relations: readonly Relation[];
}

const counterHere: Right = { position: 'counter', relations: ['receiving'] };
const counter: Right = { position: 'counter', relations: ['receiving', 'competent'] };
const specialist: Right = { position: 'specialist', relations: ['competent'] };
const specialistAtWork: Right = { position: 'specialist', relations: ['competent', 'step'] };
const head: Right = { position: 'head', relations: ['competent'] };
const performer: Right = { position: 'performer', relations: ['step'] };
const post: Right = { position: 'postal', relations: ['everywhere'] };
/** The portal, where citizens act for themselves, and the carriers' connectors. */
const system: Right = { position: 'system', relations: ['everywhere'] };

/** What citizens do themselves, through the portal, or have a counter officer do for them. */
const citizensAct = [system, counter];
const correction = [counter, specialistAtWork];

type Rights = Readonly<Partial<Record<CommandName, readonly Right[]>>>;

/** Who files a dossier: there is no state yet. */
export const MAY_SUBMIT: readonly Right[] = [system, counterHere, post];

const intake: Rights = {
  refuse: [counterHere],
  void: [counterHere],
  withdraw: citizensAct,
  amend: correction,
};
const work: Rights = { withdraw: citizensAct, discontinue: [head], amend: correction };
const handingOver: Rights = { recordPostEvent: [post, system], amend: correction };

/**
 * Position × command × state: the whole of who may do what. A head may do what a specialist may; a citizen acts
 * through the portal, so the position `citizen` has no right of its own here. [assumed, but for the law's own words]
 */
export const RIGHTS: Readonly<Record<StateName, Rights>> = {
  submitted: {
    ...intake,
    receive: [counterHere],
    requestSupplement: [counterHere],
    requestPayment: [counterHere],
  },
  received: {
    ...work,
    startProcessing: [counter, specialist],
    requestSupplement: [counter, specialist],
    requestPayment: [counter, specialist],
  },
  processing: {
    ...work,
    completeStep: [performer],
    returnToStep: [performer],
    resolve: [performer],
    suspend: [performer, specialistAtWork],
    requestSupplement: [performer, specialistAtWork],
    requestPayment: [performer, specialistAtWork, counter],
  },
  suspended: { ...work, resume: [performer, specialistAtWork] },
  awaitingSupplement: { ...intake, ...work, supplement: citizensAct },
  awaitingPayment: { ...intake, ...work, confirmPayment: citizensAct },
  resolved: { handToPost: [counter, post], offerAtCounter: [counter, post], amend: correction },
  posted: handingOver,
  awaitingCollection: { ...handingOver, collect: [counter, post], handToPost: [counter, post] },
  delivered: handingOver,
  refused: {},
  withdrawn: {},
  discontinued: {},
  voided: {},
};

/**
 * Duties that one person may not unite over one dossier: who did the one thing does not do the other. In force unless the
 * procedure names those that are.
 */
export const SEPARATIONS: Readonly<
  Record<Separation, { did: 'received' | 'approved'; not: readonly CommandName[] }>
> = {
  'receive-approve': { did: 'received', not: ['resolve'] },
  'approve-post': { did: 'approved', not: ['handToPost', 'offerAtCounter'] },
};

const casework: readonly Position[] = ['counter', 'specialist', 'head', 'postal'];
const overseers: readonly Position[] = ['supervisor', 'auditor'];

/**
 * Position × everything that is no command. Which dossiers a position sees is its scope; this says what it sees of them, and
 * what else it does. Who sees names masked does not search by them: the answer would tell what the mask hides. [assumed]
 */
export const CAPABILITIES = {
  /** one dossier, by its code */
  readDossier: [...casework, ...overseers, 'system'],
  listDossiers: [...casework, ...overseers],
  searchDossiers: casework,
  readHistory: [...casework, ...overseers],
  /** applicants' names stand in lists as they are; to the others they are masked */
  namesInLists: casework,
  /** personal data of a dossier as they are, every time recorded */
  readApplicant: casework,
  /** personal data are masked, and shown on a recorded request that says why */
  revealApplicant: ['supervisor'],
  readReports: ['head', ...overseers],
  exportReports: ['head', 'supervisor'],
  /** procedures, units, the calendar */
  readPublic: POSITIONS,
  /** what became of one's own dossier, by its code and the secret on the receipt */
  lookUp: ['citizen'],
  giveCommands: [...casework, 'system'],
  /** to let a colleague act while one is away */
  delegateOwn: casework,
  readOwnSession: POSITIONS.filter((position) => position !== 'citizen'),
  manageAccounts: ['administrator'],
  managePositions: ['administrator'],
  readAccessLog: ['auditor'],
  exportHeads: ['auditor'],
  /** whether the service is well; it says nothing of any dossier */
  readHealth: POSITIONS,
} as const satisfies Record<string, readonly Position[]>;
export type Capability = keyof typeof CAPABILITIES;
