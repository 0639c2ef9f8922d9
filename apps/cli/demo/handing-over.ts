import type { Schedule } from './schedule.js';
import type { ScriptLine, Stage } from './stage.js';
import { reportsOf } from './post.js';
import { between, chance, wait, type Rng } from './rng.js';

/**
 * What happens to a result once it is decided: by post, or at the counter where it is fetched or not. Lines at or after
 * the quarter's end are for the caller to leave out.
 */
export function handOver(
  rng: Rng,
  stage: Stage,
  plan: Schedule,
  { clerk, collected }: { clerk: string; collected: boolean },
): ScriptLine[] {
  if (plan.draft.sentByPost) return byPost(rng, stage, plan, clerk);
  const { office } = stage;
  const offered = plan.until + 0.5 + wait(rng, 4, 30);
  if (offered >= stage.end) return [];
  const lines: ScriptLine[] = [line(office.toMillis(offered), 'offerAtCounter', clerk)];
  const fetched = offered + 1 + wait(rng, plan.draft.fate === 'sameDay' ? 25 : 500, 4_000);
  if (collected && fetched < stage.end) lines.push(line(office.toMillis(fetched), 'collect', clerk));
  return lines;
}

function byPost(rng: Rng, stage: Stage, plan: Schedule, clerk: string): ScriptLine[] {
  const { office, items } = stage;
  // Every result that is to go by post goes within the quarter, if need be in its last minutes.
  const handed = Math.min(plan.until + 2 + wait(rng, 60, 400), plan.until + (stage.end - plan.until) / 2);
  const carrier = `carrier@${stage.province}`;
  const lines: ScriptLine[] = [];
  const send = (ms: number, returns: boolean): void => {
    const itemNumber = items.next();
    lines.push({ ms, command: 'handToPost', officer: clerk, payload: { itemNumber } });
    for (const report of reportsOf(rng, itemNumber, ms, returns)) lines.push({ ...report, officer: carrier });
  };
  send(office.toMillis(handed), plan.draft.cameBack);
  if (!plan.draft.cameBack) return lines;
  const back = Math.max(...lines.map(({ ms }) => ms));
  const next = office.fromMillis(back) + between(rng, 60, 1_500);
  if (next >= stage.end) return lines;
  if (chance(rng, 0.6)) lines.push(line(office.toMillis(next), 'collect', clerk));
  else if (chance(rng, 0.5)) send(office.toMillis(next), false);
  else {
    // Told as sent back, and delivered after all.
    const { itemNumber } = lines[0]!.payload as { itemNumber: string };
    const payload = { itemNumber, event: 'EMI' };
    lines.push({ ms: office.toMillis(next), command: 'recordPostEvent', officer: carrier, payload });
  }
  return lines;
}

function line(ms: number, command: ScriptLine['command'], officer: string): ScriptLine {
  return { ms, command, officer, payload: {} };
}
