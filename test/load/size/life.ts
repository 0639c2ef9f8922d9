import type { JsonObject } from '#libs/kernel';
import type { CommandName } from '#libs/workflow';
import type { OfficeTime } from '../../../apps/cli/demo/office-time.js';
import { reportsOf, type ItemNumbers } from '../../../apps/cli/demo/post.js';
import { between, chance, pick, wait, type Rng } from '../../../apps/cli/demo/rng.js';
import type { Filing } from './kinds.js';
import { createApplicant } from './names.js';

/** One command of a life, with the moment when it happens. */
export interface Line {
  ms: number;
  command: CommandName;
  officer: string;
  payload: JsonObject;
}

/** What all lives share. */
export interface Scene {
  office: OfficeTime;
  province: string;
  items: ItemNumbers;
  /** nothing happens from here on: what is not done by then is open */
  endMs: number;
}

const PAPERS = ['Bản sao giấy tờ tùy thân', 'Tờ khai có đủ chữ ký', 'Giấy xác nhận nơi cư trú'];
const DAY_MINUTES = 480;
const DAY_MS = 86_400_000;

/** Writes the life of one dossier filed at `filedMs`, in order of time, cut off at the scene's end. */
export class Life {
  private readonly lines: Line[] = [];
  private readonly clerk: string;
  /** where in office time the next thing happens */
  private t = 0;

  constructor(
    private readonly rng: Rng,
    private readonly scene: Scene,
    private readonly filing: Filing,
    private readonly filedMs: number,
  ) {
    this.clerk = `counter-${chance(rng, 0.6) ? 1 : 2}@${filing.receiving.agencyCode}`;
  }

  write(): Line[] {
    this.whole();
    const { endMs } = this.scene;
    const end = this.lines.findIndex(({ ms }) => ms >= endMs);
    const known = end === -1 ? this.lines : this.lines.slice(0, end);
    // Some lie: the more the younger they are. With those under way they are the stock of open dossiers.
    const age = (endMs - this.filedMs) / DAY_MS;
    return chance(this.rng, 0.012 + 0.16 * Math.exp(-age / 110))
      ? known.slice(0, 1 + Math.floor(this.rng() * Math.min(known.length, this.filing.path.length + 2)))
      : known;
  }

  private whole(): void {
    const { rng, scene, filing, clerk } = this;
    this.submit();
    this.t = scene.office.fromMillis(this.filedMs) + 1 + wait(rng, 6, 60);
    if (chance(rng, 0.01)) return this.then('refuse', clerk, { reason: 'Không thuộc thẩm quyền giải quyết' });
    if (chance(rng, 0.001)) return this.then('void', clerk, { reason: 'Nhập trùng hồ sơ' });
    if (chance(rng, 0.08)) this.supplement(clerk);
    this.then('receive', clerk);
    if (chance(rng, 0.27)) this.pay();
    this.after(wait(rng, 20, 400));
    if (chance(rng, 0.006))
      return this.then('withdraw', this.applicantsHand(), { reason: 'Theo đề nghị của người nộp' });
    this.then('startProcessing', clerk);
    if (chance(rng, 0.05))
      this.then('amend', clerk, { field: 'phone', value: `000${Math.floor(rng() * 1e7)}` });
    this.work();
    if (chance(rng, 0.003)) {
      return this.then('discontinue', `head-1@${filing.competent.agencyCode}`, {
        reason: 'Quá hạn bổ sung hồ sơ',
      });
    }
    const outcome: JsonObject = chance(rng, 0.01)
      ? { outcome: 'rejected', reason: 'Không đủ điều kiện theo quy định' }
      : { outcome: 'approved' };
    this.then('resolve', this.performer(filing.path.length - 1), outcome);
    this.handOver();
  }

  private submit(): void {
    const { rng, filing, scene } = this;
    const { channel, procedure, competent, returnBy, home } = filing;
    const by = { online: `portal@${scene.province}`, postal: `post@${scene.province}`, counter: this.clerk };
    this.lines.push({
      ms: this.filedMs,
      command: 'submit',
      officer: by[channel],
      payload: {
        procedure: procedure.code,
        competentUnit: competent.agencyCode,
        channel,
        returnBy,
        applicant: { ...createApplicant(rng, home) },
      },
    });
  }

  /** The steps of the procedure within its limit, or beyond it; some sent back, some waiting for papers or for others. */
  private work(): void {
    const { rng, filing } = this;
    const { path } = filing;
    const span = spanOf(filing) * (chance(rng, 0.04) ? between(rng, 1.05, 1.6) : between(rng, 0.2, 0.97));
    const part = span / path.length;
    const waits = chance(rng, 0.26) ? Math.floor(rng() * path.length) : -1;
    path.forEach((step, at) => {
      this.after(part * between(rng, 0.6, 1));
      if (at === waits) this.supplement(this.performer(at));
      if (chance(rng, 0.012)) {
        this.then('suspend', this.performer(at), { reason: 'Chờ ý kiến của cơ quan phối hợp' });
        this.after(part * 0.2);
        this.then('resume', this.performer(at));
      }
      if (at === path.length - 1) return;
      const next: JsonObject = step.next.length > 1 ? { next: step.next[0]! } : {};
      this.then('completeStep', this.performer(at), next);
      if (!chance(rng, 0.02)) return;
      this.after(part * 0.2);
      this.then('returnToStep', this.performer(at + 1), { step: step.name, reason: 'Cần thẩm tra lại' });
      this.then('completeStep', this.performer(at), next);
    });
  }

  private supplement(by: string): void {
    this.then('requestSupplement', by, {
      reason: 'Hồ sơ chưa đủ giấy tờ',
      documents: [pick(this.rng, PAPERS)],
    });
    this.after(60 + wait(this.rng, 1_200, 9_000));
    this.then('supplement', this.applicantsHand());
  }

  private pay(): void {
    const amount = this.filing.procedure.feeVnd || 20_000;
    this.then('requestPayment', this.clerk, { amount });
    this.after(1 + wait(this.rng, 30, 900));
    this.then('confirmPayment', this.applicantsHand(), { amount });
  }

  private handOver(): void {
    const { rng, scene, filing, clerk } = this;
    this.after(1 + wait(rng, 30, 400));
    if (filing.returnBy !== 'postal') {
      this.then('offerAtCounter', clerk);
      this.after(5 + wait(rng, 600, 6_000));
      if (!chance(rng, 0.02)) this.then('collect', clerk);
      return;
    }
    const itemNumber = scene.items.next();
    this.then('handToPost', clerk, { itemNumber });
    for (const { ms, command, payload } of reportsOf(rng, itemNumber, this.lastMs(), chance(rng, 0.04)))
      this.say(ms, command, `carrier@${scene.province}`, payload);
  }

  private performer(at: number): string {
    const { position, at: place } = this.filing.path[at]!.performer;
    const { competent, receiving } = this.filing;
    const home = place === 'receiving' ? receiving : competent;
    const unit = typeof place === 'string' ? home.agencyCode : place.unit;
    return position === 'head' ? `head-1@${unit}` : `${position}-${chance(this.rng, 0.6) ? 1 : 2}@${unit}`;
  }

  private applicantsHand(): string {
    return this.filing.channel === 'online' ? `portal@${this.scene.province}` : this.clerk;
  }

  private after(minutes: number): void {
    this.t += minutes;
  }

  private then(command: CommandName, officer: string, payload: JsonObject = {}): void {
    this.say(this.scene.office.toMillis(this.t), command, officer, payload);
  }

  private say(ms: number, command: CommandName, officer: string, payload: JsonObject): void {
    this.lines.push({ ms: Math.max(ms, this.lastMs() + 1_000), command, officer, payload });
  }

  private lastMs(): number {
    return this.lines.at(-1)!.ms;
  }
}

/** The limit as open minutes, roughly: what takes longer than that is late, more or less. */
function spanOf({ procedure: { limit } }: Filing): number {
  const days = { working_day: 1, calendar_day: 5 / 7, month: 21, hour: 1 / 8 }[limit.unit] * limit.value;
  return Math.max(0.4, days) * DAY_MINUTES;
}
