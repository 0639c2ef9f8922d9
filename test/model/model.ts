/**
 * A dossier as the lifecycle means it to live, written by hand and small on purpose: one unit, steps in a row. It knows
 * nothing of the workflow's code; where the two disagree, one of them is wrong.
 */
export interface Model {
  state: string;
  /** place in the row of steps; kept while the dossier waits inside processing */
  at: number | null;
  accepted: boolean;
  /** the state to which waiting leads back */
  back: string | null;
  parcels: { item: string; gone: 'underWay' | 'returned' | 'delivered' }[];
  version: number;
  /** how it ended, when it was accepted before: that is when it counts as resolved */
  closed: boolean;
  name: string;
  /** the post has to do with it: it brought the papers, or was handed the result */
  postal: boolean;
}

export interface Procedure {
  code: string;
  unit: string;
  steps: { name: string; by: 'specialist' | 'head' }[];
}

export type Outcome = { ok: true; next: Model } | { ok: false; status: number; code: string };

/** k counter, s specialist, h head, all at the one unit; p post, y portal; x a specialist from elsewhere. */
export type Who = 'k' | 's' | 'h' | 'p' | 'y' | 'x';

const refuse = (status: number, code: string): Outcome => ({ ok: false, status, code });

export function newborn(name: string, postal: boolean): Model {
  return {
    state: 'submitted',
    at: null,
    accepted: false,
    back: null,
    parcels: [],
    version: 1,
    closed: false,
    name,
    postal,
  };
}

/** The commands that the place allows, each with those who may give it. */
export function possible(model: Model, { steps }: Procedure): Record<string, string> {
  const { state, accepted, at } = model;
  const performer = at === null ? '' : steps[at]!.by === 'head' ? 'h' : 'sh';
  const last = at === steps.length - 1;
  const leaving: Record<string, string> = { withdraw: 'ky', ...(accepted ? { discontinue: 'h' } : {}) };
  const notAccepted: Record<string, string> = accepted ? {} : { refuse: 'k', void: 'k' };
  const amend = { amend: 'ksh' };
  const news: Record<string, string> = model.parcels.length > 0 ? { recordPostEvent: 'py' } : {};
  switch (state) {
    case 'submitted':
      return {
        receive: 'k',
        requestSupplement: 'k',
        requestPayment: 'k',
        ...notAccepted,
        ...leaving,
        ...amend,
      };
    case 'received':
      return {
        startProcessing: 'ksh',
        requestSupplement: 'ksh',
        requestPayment: 'ksh',
        ...leaving,
        ...amend,
      };
    case 'processing':
      return {
        ...(last ? { resolve: performer } : { completeStep: performer }),
        ...(at! > 0 ? { returnToStep: performer } : {}),
        suspend: 'sh',
        requestSupplement: 'sh',
        requestPayment: 'ksh',
        ...leaving,
        ...amend,
      };
    case 'suspended':
      return { resume: 'sh', ...leaving, ...amend };
    case 'awaitingSupplement':
      return { supplement: 'ky', ...notAccepted, ...leaving, ...amend };
    case 'awaitingPayment':
      return { confirmPayment: 'ky', ...notAccepted, ...leaving, ...amend };
    case 'resolved':
      return { handToPost: 'kp', offerAtCounter: 'kp', ...amend };
    case 'posted':
      return { ...news, ...amend };
    case 'awaitingCollection':
      return { collect: 'kp', handToPost: 'kp', ...news, ...amend };
    case 'delivered':
      return { ...news, ...amend };
    default:
      return {};
  }
}

/** To somebody from elsewhere a dossier does not exist, nor to the post as long as it has nothing to do with it. */
export function canSee(model: Model, who: Who): boolean {
  return who === 'p' ? model.postal : who !== 'x';
}

/** What becomes of a command. */
export function decide(
  model: Model,
  procedure: Procedure,
  command: string,
  who: Who,
  payload: Record<string, unknown>,
): Outcome {
  if (!canSee(model, who)) return refuse(404, 'unknown_dossier');
  // An amendment is looked at before the dossier is: what it should say is part of the request.
  const may = possible(model, procedure)[command];
  if (may === undefined) {
    const listens = ['posted', 'awaitingCollection', 'delivered'].includes(model.state);
    return command === 'recordPostEvent' && listens && 'py'.includes(who) && s10(payload.itemNumber)
      ? refuse(422, 'unknown_item_number')
      : refuse(409, 'not_allowed_in_state');
  }
  if (!may.includes(who)) return refuse(403, 'not_your_position');
  const wrong = problem(model, procedure, command, payload);
  if (wrong !== null) return refuse(422, wrong);
  const next = { ...follow(model, procedure, command, payload), version: model.version + 1 };
  return { ok: true, next };
}

function problem(
  model: Model,
  { steps }: Procedure,
  command: string,
  payload: Record<string, unknown>,
): string | null {
  const { itemNumber, step } = payload;
  if (command === 'handToPost') {
    if (!s10(itemNumber)) return 'invalid_item_number';
    return model.parcels.some(({ item }) => item === itemNumber) ? 'item_number_used' : null;
  }
  if (command === 'recordPostEvent') {
    if (!s10(itemNumber)) return 'invalid_item_number';
    return model.parcels.some(({ item }) => item === itemNumber) ? null : 'unknown_item_number';
  }
  if (command === 'completeStep' && step !== undefined) {
    return step === steps[model.at!]!.name ? null : 'step_not_in_hand';
  }
  if (command === 'returnToStep') {
    const to = steps.findIndex(({ name }) => name === step);
    if (to < 0) return 'unknown_step';
    return to < model.at! ? null : 'step_not_earlier';
  }
  return null;
}

function follow(
  model: Model,
  { steps }: Procedure,
  command: string,
  payload: Record<string, unknown>,
): Model {
  const ended = (state: string): Model => ({ ...model, state, at: null, back: null, closed: model.accepted });
  const waits = (state: string): Model => ({ ...model, state, back: model.state });
  const returns = (): Model => ({ ...model, state: model.back!, back: null });
  switch (command) {
    case 'receive':
      return { ...model, state: 'received', accepted: true };
    case 'refuse':
      return ended('refused');
    case 'void':
      return ended('voided');
    case 'withdraw':
      return ended('withdrawn');
    case 'discontinue':
      return ended('discontinued');
    case 'requestSupplement':
      return waits('awaitingSupplement');
    case 'requestPayment':
      return waits('awaitingPayment');
    case 'suspend':
      return waits('suspended');
    case 'supplement':
    case 'confirmPayment':
    case 'resume':
      return returns();
    case 'startProcessing':
      return { ...model, state: 'processing', at: 0 };
    case 'completeStep':
      return { ...model, at: model.at! + 1 };
    case 'returnToStep':
      return { ...model, at: steps.findIndex(({ name }) => name === payload.step) };
    case 'resolve':
      return ended('resolved');
    case 'offerAtCounter':
      return { ...model, state: 'awaitingCollection' };
    case 'collect':
      return { ...model, state: 'delivered' };
    case 'handToPost': {
      const parcel = { item: String(payload.itemNumber), gone: 'underWay' as const };
      return { ...model, state: 'posted', parcels: [...model.parcels, parcel], postal: true };
    }
    case 'recordPostEvent':
      return news(model, payload);
    case 'amend':
      return { ...model, name: String(payload.value) };
    default:
      throw new Error(`the model does not know ${command}`);
  }
}

/** Only word of the parcel that went last moves a result, and only before the citizen has it. */
function news(model: Model, { itemNumber, event, action }: Record<string, unknown>): Model {
  const last = model.parcels.at(-1)!;
  if (last.item !== itemNumber || model.state === 'delivered') return model;
  const became = (state: string, gone: 'returned' | 'delivered'): Model => ({
    ...model,
    state,
    parcels: [...model.parcels.slice(0, -1), { ...last, gone }],
  });
  if (event === 'EMI') return became('delivered', 'delivered');
  const back = event === 'EMH' && action === 'returnToSender' && model.state === 'posted';
  return back ? became('awaitingCollection', 'returned') : model;
}

const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];

/** S10: two letters, eight digits, a check digit, two letters. */
export function s10(text: unknown): boolean {
  if (typeof text !== 'string' || !/^[A-Z]{2}\d{9}[A-Z]{2}$/.test(text)) return false;
  const rest = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(text[2 + at]), 0) % 11;
  return Number(text[10]) === (rest === 0 ? 5 : rest === 1 ? 0 : 11 - rest);
}
