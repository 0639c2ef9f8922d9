import type { JsonObject } from '#libs/kernel';
import type { CommandName, StepDefinition } from '#libs/workflow';
import { SHARES } from './assumptions.js';
import { handOver } from './handing-over.js';
import { createPerson, misspell } from './people.js';
import { between, chance, pick, wait, type Rng } from './rng.js';
import type { Schedule } from './schedule.js';
import type { ScriptLine, Stage } from './stage.js';

/** Something done at a point of the dossier's own working time, in which pauses have no length. */
interface Act {
  w: number;
  command: CommandName;
  payload?: JsonObject;
  /** the answer that the dossier waits for, and how long */
  answer?: { command: CommandName; payload: JsonObject; after: number };
}

const PAPERS = [
  'Bản sao giấy tờ tùy thân',
  'Bản chính giấy tờ cần chứng thực',
  'Tờ khai có đủ chữ ký',
  'Giấy chứng nhận quyền sử dụng đất',
  'Giấy xác nhận nơi cư trú',
];
const REFUSALS = [
  'Không thuộc thẩm quyền giải quyết',
  'Hồ sơ không đủ điều kiện theo quy định',
  'Giấy tờ nộp kèm đã hết giá trị',
];
const SECOND_MS = 1_000;

/** Writes the commands of one dossier, in order of time, each at least a second after the one before. */
export class Script {
  private readonly lines: ScriptLine[] = [];
  private readonly clerk: string;
  private readonly path: readonly StepDefinition[];
  /** the applicant's name as it should have been taken down */
  private rightName = '';
  /** which step of the path is in hand */
  private at = 0;

  constructor(
    private readonly rng: Rng,
    private readonly stage: Stage,
    private readonly plan: Schedule,
  ) {
    const { unit, procedure } = plan.draft;
    this.clerk = `counter-${chance(rng, 0.6) ? 1 : 2}@${unit.agencyCode}`;
    this.path = mainPath(procedure.definition.first, procedure.definition.steps);
  }

  write(): ScriptLine[] {
    const { draft, received, until } = this.plan;
    const { office } = this.stage;
    this.submit();
    if (draft.fate === 'refused') {
      this.say(office.toMillis(received), 'refuse', this.clerk, { reason: pick(this.rng, REFUSALS) });
      return this.lines;
    }
    if (draft.fate === 'voided') {
      this.say(office.toMillis(received), 'void', this.clerk, { reason: 'Nhập trùng hồ sơ' });
      return this.lines;
    }
    this.say(office.toMillis(received), 'receive', this.clerk, {});
    this.perform(this.acts());
    if (draft.fate === 'discontinued') {
      const reason = this.plan.unanswered ? 'Quá hạn bổ sung hồ sơ' : 'Người nộp không còn nhu cầu';
      this.say(office.toMillis(until), 'discontinue', `head-1@${draft.unit.agencyCode}`, { reason });
    } else if (draft.fate === 'withdrawn') {
      this.say(office.toMillis(until), 'withdraw', this.applicantsHand(), {
        reason: 'Theo đề nghị của người nộp',
      });
    } else if (draft.fate !== 'stays') {
      this.resolve();
    }
    return this.lines;
  }

  /** Filed by the applicant at the counter or on the portal, or brought by the post; the name may be taken down wrong. */
  private submit(): void {
    const { draft, submittedMs, askedBefore, received } = this.plan;
    const { channel, unit, procedure } = draft;
    const person = createPerson(this.rng, pick(this.rng, this.stage.homes.get(unit.agencyCode)!));
    const wrong = draft.amended ? misspell(this.rng, person.name) : person.name;
    const online = chance(this.rng, procedure.onlineLevel === 4 ? 0.5 : 0);
    const returnBy = draft.sentByPost ? 'postal' : channel === 'online' && online ? 'online' : 'counter';
    const by = {
      online: `portal@${this.stage.province}`,
      postal: `post@${this.stage.province}`,
      counter: this.clerk,
    };
    this.rightName = person.name;
    this.say(submittedMs, 'submit', by[channel], {
      procedure: procedure.code,
      competentUnit: unit.agencyCode,
      channel,
      returnBy,
      applicant: { ...person, name: wrong },
    });
    if (askedBefore === 0) return;
    const { office } = this.stage;
    const asked = received - askedBefore;
    this.say(office.toMillis(asked), 'requestSupplement', this.clerk, this.papersOwed());
    const back = Math.max(asked + 1, received - between(this.rng, 3, 12));
    this.say(office.toMillis(back), 'supplement', this.applicantsHand(), {});
  }

  private papersOwed(): JsonObject {
    return { reason: 'Hồ sơ chưa đủ giấy tờ', documents: [pick(this.rng, PAPERS)] };
  }

  /** What citizens do themselves they do on the portal, or a clerk does it for them. */
  private applicantsHand(): string {
    return this.plan.draft.channel === 'online' ? `portal@${this.stage.province}` : this.clerk;
  }

  /** The work between acceptance and the end, in the dossier's own time. */
  private acts(): Act[] {
    const { draft, received, until, payment, papers, unanswered } = this.plan;
    const { rng } = this;
    const total = until - received - payment - papers;
    const acts: Act[] = [];
    if (payment > 0) {
      const amount = draft.procedure.feeVnd;
      acts.push({
        w: Math.min(0.5, total * 0.05),
        command: 'requestPayment',
        payload: { amount },
        answer: { command: 'confirmPayment', payload: { amount }, after: payment },
      });
    }
    if (draft.fate === 'stays' && !unanswered && chance(rng, 0.06)) return acts;
    const start = Math.min(total * 0.25, 1 + wait(rng, 5, 60));
    acts.push({ w: start, command: 'startProcessing' });
    for (const w of this.completions(start, total)) acts.push({ w, command: 'completeStep' });
    if (papers > 0 && !unanswered) {
      const w = chance(rng, 0.15) ? start * 0.95 : between(rng, start, start + (total - start) * 0.6);
      acts.push({
        w,
        command: 'requestSupplement',
        payload: this.papersOwed(),
        answer: { command: 'supplement', payload: {}, after: papers },
      });
    }
    if (unanswered) acts.push({ w: total, command: 'requestSupplement', payload: this.papersOwed() });
    if (draft.amended) {
      const w = between(rng, 0, total * 0.9);
      acts.push({ w, command: 'amend', payload: { field: 'name', value: this.rightName } });
    }
    acts.sort((one, other) => one.w - other.w);
    if (draft.sentBackAStep) this.sendBack(acts, total);
    if (draft.suspended) this.suspend(acts, total);
    return acts;
  }

  /** When the steps before the last are done: all of them for what is decided, some for what is not. */
  private completions(start: number, total: number): number[] {
    const { rng } = this;
    const { fate } = this.plan.draft;
    const decided = fate === 'sameDay' || fate === 'longer' || fate === 'late';
    const steps = this.path.length - 1;
    const count = decided ? steps : Math.floor(rng() * (steps + 1));
    const span = total - start;
    return Array.from({ length: count }, () => start + span * between(rng, 0.05, 0.95)).sort((a, b) => a - b);
  }

  /** After some step the one before is done again. */
  private sendBack(acts: Act[], total: number): void {
    const done = acts.flatMap((act, at) => (act.command === 'completeStep' ? [at] : []));
    if (done.length === 0) return;
    const chosen = Math.floor(this.rng() * done.length);
    const at = done[chosen]!;
    const step = this.path[chosen]!.name;
    const gap = ((acts[at + 1]?.w ?? total) - acts[at]!.w) / 3;
    const reason = 'Cần thẩm tra lại';
    acts.splice(
      at + 1,
      0,
      { w: acts[at]!.w + gap, command: 'returnToStep', payload: { step, reason } },
      { w: acts[at]!.w + 2 * gap, command: 'completeStep' },
    );
  }

  /** Between two acts the work stands still for a while. */
  private suspend(acts: Act[], total: number): void {
    const started = acts.findIndex((act) => act.command === 'startProcessing');
    if (started === -1) return;
    const at = started + Math.floor(this.rng() * (acts.length - started));
    const gap = ((acts[at + 1]?.w ?? total) - acts[at]!.w) / 3;
    acts.splice(
      at + 1,
      0,
      { w: acts[at]!.w + gap, command: 'suspend', payload: { reason: 'Chờ ý kiến của cơ quan phối hợp' } },
      { w: acts[at]!.w + 2 * gap, command: 'resume' },
    );
  }

  /** Turns the dossier's own time into moments: every pause moves what comes after it. */
  private perform(acts: readonly Act[]): void {
    const { office } = this.stage;
    let started = false;
    let paused = 0;
    for (const act of acts) {
      const t = this.plan.received + act.w + paused;
      this.say(office.toMillis(t), act.command, this.performerOf(act.command, started), act.payload ?? {});
      if (act.command === 'startProcessing') started = true;
      if (act.command === 'completeStep') this.at += 1;
      if (act.command === 'returnToStep') this.at -= 1;
      if (!act.answer) continue;
      paused += act.answer.after;
      const answered = office.toMillis(t + act.answer.after);
      this.say(answered, act.answer.command, this.applicantsHand(), act.answer.payload);
    }
  }

  private performerOf(command: CommandName, started: boolean): string {
    if (!started || command === 'startProcessing' || command === 'requestPayment' || command === 'amend')
      return this.clerk;
    return this.performer();
  }

  /** Whoever does the step in hand, at the unit that holds it. */
  private performer(): string {
    const { position, at } = this.path[this.at]!.performer;
    const unit = typeof at === 'string' ? this.plan.draft.unit.agencyCode : at.unit;
    if (position === 'postal') return `post@${this.stage.province}`;
    if (position === 'system' || position === 'citizen') return `portal@${this.stage.province}`;
    if (position === 'head') return `head-1@${unit}`;
    return `${position}-${chance(this.rng, 0.6) ? 1 : 2}@${unit}`;
  }

  /** Whoever does the last step, but not who received the dossier: the counter has two. */
  private approver(): string {
    const someone = this.performer();
    if (someone !== this.clerk) return someone;
    const [name = '', unit] = someone.split('@');
    return `${name === 'counter-1' ? 'counter-2' : 'counter-1'}@${unit}`;
  }

  private resolve(): void {
    const { draft, until } = this.plan;
    const payload: JsonObject = draft.rejected
      ? { outcome: 'rejected', reason: 'Không đủ điều kiện theo quy định' }
      : { outcome: 'approved' };
    this.say(this.stage.office.toMillis(until), 'resolve', this.approver(), payload);
    const collected = !chance(this.rng, SHARES.uncollected);
    const lines = handOver(this.rng, this.stage, this.plan, { clerk: this.clerk, collected });
    for (const line of lines) {
      if (Math.max(line.ms, this.lastMs() + SECOND_MS) >= this.stage.endMs) break;
      this.say(line.ms, line.command, line.officer, line.payload);
    }
  }

  private lastMs(): number {
    return this.lines.at(-1)?.ms ?? -Infinity;
  }

  private say(ms: number, command: CommandName, officer: string, payload: JsonObject): void {
    this.lines.push({ ms: Math.max(ms, this.lastMs() + SECOND_MS), command, officer, payload });
  }
}

/** The way through the steps that is taken when nothing calls for another: always the first `next`. */
function mainPath(first: string, steps: readonly StepDefinition[]): StepDefinition[] {
  const path: StepDefinition[] = [];
  let step = steps.find((one) => one.name === first);
  while (step && !path.includes(step)) {
    path.push(step);
    const next = step.next[0];
    step = next === undefined ? undefined : steps.find((one) => one.name === next);
  }
  return path;
}
