import type { CommandName } from '#libs/workflow';
import type { Instant, JsonObject } from '#libs/kernel';

/** Whoever takes commands, and says nothing of those that are refused. */
export interface Taker {
  file(at: Instant, filing: { procedure: string; unit: string; applicant: JsonObject }): Promise<string>;
  ask(what: {
    command: CommandName;
    code: string;
    by: string;
    at: Instant;
    payload?: JsonObject;
  }): Promise<unknown>;
  alarms: { sweep(before: Instant): Promise<unknown> };
}

const SUPPLEMENT: JsonObject = { documents: ['giấy tờ'], reason: 'thiếu "bản sao" \u0001 – ạ' };
const TRIES: readonly [CommandName, by: 'counter' | 'specialist' | 'head', JsonObject][] = [
  ['receive', 'counter', {}],
  ['requestSupplement', 'counter', SUPPLEMENT],
  ['supplement', 'counter', SUPPLEMENT],
  ['startProcessing', 'counter', {}],
  ['completeStep', 'specialist', {}],
  ['completeStep', 'head', {}],
  ['amend', 'counter', { field: 'name', value: 'Tên Đúng' }],
  ['resolve', 'specialist', { outcome: 'approved' }],
  ['resolve', 'head', { outcome: 'approved' }],
  ['withdraw', 'counter', { reason: 'đổi ý' }],
];

/** Lets `count` dossiers live as chance has it, side by side; alarms are raised on the way. */
export async function live(
  taker: Taker,
  random: (below: number) => number,
  { count, procedures, unit }: { count: number; procedures: readonly string[]; unit: string },
): Promise<string[]> {
  let clock = Date.parse('2019-03-18T01:00:00.000Z');
  const later = (): Instant => new Date((clock += (1 + random(400)) * 60_000)).toISOString();
  const codes: string[] = [];
  for (let n = 0; n < count; n++) {
    const procedure = procedures[random(procedures.length)]!;
    codes.push(await taker.file(later(), { procedure, unit, applicant: { name: 'Nguyễn Văn Mẫu' } }));
    for (let tries = 0; tries < 8; tries++) {
      const code = codes[random(codes.length)]!;
      const at = random(2) === 0 ? Math.min(tries, TRIES.length - 1) : random(TRIES.length);
      const [command, who, payload] = TRIES[at]!;
      await taker.ask({ command, code, by: `${who}-1@${unit}`, at: later(), payload });
    }
    if (random(4) === 0) await taker.alarms.sweep(later());
  }
  return codes;
}
