import fc from 'fast-check';
import { possible, type Model, type Procedure, type Who } from './model.js';

export const WARD = '000.01.21.H59';
export const PLANNING = '000.00.06.H59';
const specialist = (name: string) => ({ name, by: 'specialist' as const });
const head = (name: string) => ({ name, by: 'head' as const });
export const PROCEDURES: Procedure[] = [
  { code: '2.000908', unit: WARD, steps: [specialist('settle')] },
  { code: '1.001639', unit: WARD, steps: [specialist('verify'), specialist('draft'), head('sign')] },
  {
    code: '1.000047',
    unit: PLANNING,
    steps: [head('assign'), specialist('appraise'), specialist('draft'), head('review'), head('sign')],
  },
];

const COMMANDS = [
  ...[
    'receive',
    'refuse',
    'requestSupplement',
    'supplement',
    'requestPayment',
    'confirmPayment',
    'startProcessing',
  ],
  ...[
    'completeStep',
    'returnToStep',
    'suspend',
    'resume',
    'resolve',
    'withdraw',
    'discontinue',
    'handToPost',
  ],
  ...['recordPostEvent', 'offerAtCounter', 'collect', 'amend', 'void'],
];
/** The ends of a life, which a command that only has to fit would come to far too soon. */
const ENDS = ['refuse', 'void', 'withdraw', 'discontinue'];
const ONWARD = [
  ...['receive', 'supplement', 'confirmPayment', 'startProcessing', 'completeStep', 'resume', 'resolve'],
  ...['handToPost', 'recordPostEvent', 'offerAtCounter', 'collect'],
];
const PARCELS = ['RA473124829VN', 'RA123456785VN', 'RA000000005VN', 'RA473124820VN'];
export const APPLICANT = 'Sơn Thị Ngọc';

/** What happens next. Numbers choose among what there is, so that a sequence stays one when it is shortened. */
export type Move =
  | {
      kind: 'command';
      dossier: number;
      choice: number;
      fits: boolean;
      who: Who | 'right';
      detail: number;
      stale: boolean;
      end: boolean;
    }
  | {
      kind: 'repeat';
      which: number;
      change: 'nothing' | 'body' | 'command';
      detail: number;
      stale: boolean;
      door: number;
    }
  | { kind: 'file'; procedure: number; channel: number }
  | { kind: 'wait'; minutes: number; sweep: boolean };

const seldom = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 100 - weight, arbitrary: fc.constant(false) }, { weight, arbitrary: fc.constant(true) });
const number = fc.nat({ max: 999 });

/** Mostly what fits, from who may; some of it wrong, repeated, late or long after. */
export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 70,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      dossier: number,
      choice: number,
      fits: seldom(75),
      who: fc.oneof(
        { weight: 80, arbitrary: fc.constant('right' as const) },
        { weight: 20, arbitrary: fc.constantFrom<Who[]>('k', 's', 'h', 'p', 'y', 'x') },
      ),
      detail: number,
      stale: seldom(5),
      end: seldom(7),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('repeat' as const),
      which: number,
      change: fc.constantFrom('nothing' as const, 'nothing' as const, 'body' as const, 'command' as const),
      detail: number,
      stale: seldom(30),
      door: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      procedure: number,
      channel: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      // An hour, a day, seldom a week: deadlines fall due, and the whole series stays in the years that have a calendar
      // for most of its time.
      minutes: fc.oneof(
        { weight: 80, arbitrary: fc.nat({ max: 90 }) },
        { weight: 19, arbitrary: fc.nat({ max: 1_400 }) },
        { weight: 1, arbitrary: fc.constant(10_080) },
      ),
      sweep: fc.boolean(),
    }),
  },
);

/** One of the list, whatever the number. */
export const pick = <T>(list: readonly T[], by: number): T => list[by % list.length]!;
/** The officer who is this to a dossier of the procedure. */
export const officerOf = (who: Who, { unit }: Procedure): string =>
  ({
    k: `counter-1@${unit}`,
    s: `specialist-1@${unit}`,
    h: `head-1@${unit}`,
    p: 'post@000.00.00.H59',
    y: 'portal@000.00.00.H59',
    x: 'specialist-1@000.00.21.H59',
  })[who];

/** The command that a move comes to at this dossier, by whom, and what it says. */
export function commandFor(
  asked: Move & { kind: 'command' },
  model: Model,
  procedure: Procedure,
): { command: string; who: Who; payload: Record<string, unknown> } {
  const can = possible(model, procedure);
  const gentle = Object.keys(can).filter((name) => asked.end || !ENDS.includes(name));
  // Otherwise most of them would wait for papers for ever: most steps that fit lead on.
  const onward = gentle.filter((name) => ONWARD.includes(name));
  const fitting = asked.detail % 6 > 0 && onward.length > 0 ? onward : gentle;
  const command =
    asked.fits && fitting.length > 0 ? pick(fitting, asked.choice) : pick(COMMANDS, asked.choice);
  const right = (can[command] ?? 'ks')[0] as Who;
  const who = asked.who === 'right' ? right : asked.who;
  return { command, who, payload: payloadFor(command, model, procedure, asked.detail) };
}

function payloadFor(
  command: string,
  { parcels }: Model,
  { steps }: Procedure,
  detail: number,
): Record<string, unknown> {
  switch (command) {
    case 'refuse':
    case 'discontinue':
    case 'requestSupplement':
      return { reason: `lý do ${detail}` };
    case 'completeStep':
      return detail % 4 === 0 ? { step: pick(steps, detail >> 2).name } : {};
    case 'returnToStep':
      return { step: detail % 9 === 8 ? 'nowhere' : pick(steps, detail).name, reason: 'xem lại' };
    case 'resolve':
      return { outcome: detail % 3 === 0 ? 'rejected' : 'approved' };
    case 'handToPost':
      return { itemNumber: pick(PARCELS, detail) };
    case 'recordPostEvent': {
      const event = pick(['EMG', 'EMH', 'EMI', 'EMH', 'EMH', 'EMH'], detail >> 1);
      const action =
        event === 'EMH' ? pick(['returnToSender', 'returnToSender', 'tryAgain'], detail) : undefined;
      const known = detail % 5 > 0 ? parcels.at(detail % 3 > 0 ? -1 : 0)?.item : undefined;
      const itemNumber = known ?? pick(PARCELS, detail >> 3);
      return { itemNumber, event, ...(action === undefined ? {} : { action }) };
    }
    case 'amend':
      return { field: 'name', value: `${APPLICANT} ${detail}` };
    default:
      return {};
  }
}

/** A field that makes it another body; nothing for the commands whose body is always empty. */
export function otherBody(command: string, detail: number): object {
  switch (command) {
    case 'submit':
      return { applicant: { name: `ai khác ${detail}` } };
    case 'amend':
      return { value: `ai khác ${detail}` };
    case 'handToPost':
      return { carrier: 'VNPost' };
    case 'recordPostEvent':
      return { office: `${detail}` };
    case 'completeStep':
      return { next: 'nowhere' };
    case 'confirmPayment':
      return { receipt: `${detail}` };
    case 'requestPayment':
      return { amount: detail };
    case 'supplement':
      return { documents: [`${detail}`] };
    case 'receive':
    case 'startProcessing':
    case 'resume':
    case 'offerAtCounter':
    case 'collect':
      return {};
    default:
      return { reason: `khác ${detail}` };
  }
}
