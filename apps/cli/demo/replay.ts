import { createHash } from 'node:crypto';
import type { Pool } from '#libs/database';
import { doneCommands, type Alarms, type DossierCommands } from '#libs/dossier';
import { toMillis, type Instant } from '#libs/kernel';
import type { PlannedCommand, QuarterPlan } from './plan.js';

/** Commands on their way at once: enough to fill two batches while two more wait, and no more memory than that. */
const IN_FLIGHT = 512;
/** Local midnight in Asia/Ho_Chi_Minh, as milliseconds after UTC midnight. The replayed quarter knew no other zone. */
const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

export interface ReplayDeps {
  commands: DossierCommands;
  alarms: Alarms;
  pool: Pool;
  /** told how many commands are behind us, those of an earlier run among them */
  onProgress(done: number, total: number): void;
  signal: AbortSignal;
}

export interface ReplayResult {
  commands: number;
  /** found done by an earlier run */
  found: number;
  seconds: number;
}

/**
 * Runs the plan through the engine in occurred-at order, under its own clock. Every command has an id that derives from
 * the plan's options, the dossier and the step, so a run that was killed finds what it did and goes on, and nothing is
 * done twice. At the end of each day everything under way is waited for, and the alarms that fell due by then ring: an
 * alarm must not overtake a command that happened before it.
 */
export async function replay(plan: QuarterPlan, until: Instant, deps: ReplayDeps): Promise<ReplayResult> {
  const prefix = keyPrefix(plan);
  const done = await doneCommands(deps.pool, prefix);
  const begun = performance.now();
  const flight = new Flight(IN_FLIGHT);
  const ids = new Map<number, string>();
  let day = -1;
  let count = 0;
  let found = 0;
  for (const command of plan.commandsInOrder()) {
    if (deps.signal.aborted) break;
    const today = Math.floor((toMillis(command.at) + ZONE_MS) / DAY_MS);
    if (today !== day) {
      await flight.landed();
      if (day !== -1) await deps.alarms.sweep(new Date(today * DAY_MS - ZONE_MS).toISOString());
      day = today;
    }
    count++;
    if (command.step === 0) ids.set(command.dossier, dossierId(`${prefix}${command.dossier}`, command.at));
    if ((done.get(command.dossier) ?? -1) >= command.step) found++;
    else {
      const id = ids.get(command.dossier);
      if (id === undefined)
        throw new Error(`the plan has a command before dossier ${command.dossier} is filed`);
      await flight.take(() => run(command, id, prefix, deps.commands));
    }
    if (count % 256 === 0) deps.onProgress(count, plan.totalCommands);
  }
  await flight.landed();
  deps.signal.throwIfAborted();
  await deps.alarms.sweep(until);
  deps.onProgress(count, plan.totalCommands);
  return { commands: count, found, seconds: (performance.now() - begun) / 1000 };
}

async function run(
  command: PlannedCommand,
  id: string,
  prefix: string,
  engine: DossierCommands,
): Promise<void> {
  const answer = await engine.execute({
    command: command.command,
    dossierId: id,
    officer: command.officer,
    key: `${prefix}${command.dossier}:${command.step}`,
    payload: command.payload,
    occurredAt: command.at,
  });
  if (answer.kind === 'refused') {
    const where = `dossier ${command.dossier}, step ${command.step}, ${command.command} at ${command.at}`;
    throw new Error(`the replay was refused: ${answer.code} (${where}; state ${answer.state ?? 'none'})`);
  }
}

/** `replay:<seed>:<scale>:<N>:`; dossier index and step follow. */
export function keyPrefix(plan: QuarterPlan): string {
  const { seed, scale, carriedOver } = plan.options;
  return `replay:${seed}:${scale}:${carriedOver}:`;
}

/** The dossier's own id: the time of filing first, so that index pages fill from one end, then a hash of its name. */
function dossierId(name: string, filedAt: Instant): string {
  const time = toMillis(filedAt).toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(name).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

/** Keeps a bounded number of things under way; the first failure is thrown at the next take or landing. */
class Flight {
  private readonly under = new Set<Promise<void>>();
  private failure: { error: unknown } | null = null;
  private wake: (() => void) | null = null;

  constructor(private readonly most: number) {}

  async take(work: () => Promise<void>): Promise<void> {
    while (this.under.size >= this.most) await new Promise<void>((resolve) => (this.wake = resolve));
    this.check();
    const job: Promise<void> = work()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.under.delete(job);
        this.wake?.();
        this.wake = null;
      });
    this.under.add(job);
  }

  async landed(): Promise<void> {
    while (this.under.size > 0) await Promise.all(this.under);
    this.check();
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }
}
