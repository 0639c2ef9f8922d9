import { fourSteps, type Answer, type Step, type StepCommand } from '../four-steps.js';
import { drive, type Row, type Sample } from '../row.js';

/** Rows run in turn, and there are not connections enough for all at once: who rests gives them back, like the engine's pool. */
export const RESTING = { idleTimeoutMillis: 1000 };

/** Another tool or style, doing the four steps in its own best way. */
export interface Rival {
  readonly name: string;
  /** how many callers at once; the best of them is searched for */
  readonly callers: readonly number[];
  /** Makes its tables and starts what must run. It prints nothing. */
  prepare(): Promise<void>;
  /** Resolves when the step is durable and its effect can be read; so does a repetition, which does nothing more. */
  perform(command: StepCommand): Promise<Answer>;
  /** The steps of a dossier that are kept for good, in order. */
  history(dossier: string): Promise<Step[]>;
  /** Lets go of everything, also after a prepare() that failed. */
  close(): Promise<void>;
}

/** A rival as a row: each caller takes dossier after dossier through its four steps, as the engine's callers do. */
export class RivalRow implements Row {
  private readonly hands: StepCommand[][] = [];
  private begun = 0;

  constructor(private readonly rival: Rival) {}

  get name(): string {
    return this.rival.name;
  }

  get callers(): readonly number[] {
    return this.rival.callers;
  }

  prepare(): Promise<void> {
    return this.rival.prepare();
  }

  run(callers: number, until: number): Promise<Sample> {
    return drive(callers, until, async (caller) => {
      let hand = this.hands[caller];
      if (!hand?.length) hand = this.hands[caller] = fourSteps(this.begun++);
      await this.rival.perform(hand[0]!);
      hand.shift();
    });
  }

  close(): Promise<void> {
    return this.rival.close();
  }
}
