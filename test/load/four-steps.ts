import { newId, type JsonObject } from '#libs/kernel';

/*
 * What every rival does: four steps of four people on one dossier, and nothing else. No deadlines, no codes, no working
 * time, no personal data apart: less than the engine does for each of its commands.
 */

export const STEPS = ['receive', 'assign', 'resolve', 'handOver'] as const;
export type Step = (typeof STEPS)[number];
export type State = 'received' | 'assigned' | 'resolved' | 'handedOver';

/** What somebody asks for. By its id a repetition is known. */
export interface StepCommand {
  id: string;
  dossier: string;
  step: Step;
  officer: string;
  unit: string;
  /** when it was asked for */
  at: string;
  data: JsonObject;
}

/** What the caller is told when the step is durable. */
export interface Answer {
  state: State;
  /** how many steps the dossier has behind it */
  version: number;
}

const RULES: Readonly<Record<Step, { from: State | undefined; to: State }>> = {
  receive: { from: undefined, to: 'received' },
  assign: { from: 'received', to: 'assigned' },
  resolve: { from: 'assigned', to: 'resolved' },
  handOver: { from: 'resolved', to: 'handedOver' },
};

/** What becomes of a dossier by a step; of no dossier yet, when there is no answer before. Throws when it may not be. */
export function decide(before: Answer | undefined, step: Step): Answer {
  const { from, to } = RULES[step];
  if (before?.state !== from)
    throw new Error(`refused: ${step} of a dossier that is ${before?.state ?? 'unknown'}`);
  return { state: to, version: (before?.version ?? 0) + 1 };
}

/** The four commands of a new dossier, in order, with ids of their own. Some 150 bytes of data each. */
export function fourSteps(number: number): StepCommand[] {
  const dossier = newId();
  const unit = `KV.${number % 130}`;
  const by = (step: Step, officer: string, data: JsonObject): StepCommand => ({
    id: newId(),
    dossier,
    step,
    officer: `${officer}@${unit}`,
    unit,
    at: new Date().toISOString(),
    data,
  });
  return [
    by('receive', 'counter-1', {
      procedure: `2.${String(number % 900).padStart(6, '0')}.00.00.H59`,
      applicant: {
        name: 'Nguyễn Văn An',
        paperNumber: String(number).padStart(12, '0'),
        phone: '0913000000',
      },
      returnBy: 'counter',
    }),
    by('assign', 'head-1', {
      to: `specialist-${number % 7}@${unit}`,
      because: 'by turn',
      papers: ['form', 'copy'],
    }),
    by('resolve', 'specialist-1', {
      outcome: 'approved',
      decision: `${number}/QĐ-UBND`,
      note: 'complete and valid',
    }),
    by('handOver', 'counter-1', { to: 'applicant', shown: 'identity card', at: 'counter', paid: 0 }),
  ];
}
