import { receiptSecret } from '#libs/dossier';
import { UNIT } from '#libs/testing';
import type { CommandName } from '#libs/workflow';
import type { JsonObject } from '#libs/kernel';
import { COUNTER, HEAD, MORNING, SPECIALIST, filing, type Bench } from '../e2e/support.js';
import type { Operation } from './document.js';
import { OFFICERS, credentials } from './officers.js';

/** A dossier that requests speak of. */
export interface Target {
  code: string;
  /** as last seen */
  version: number;
  /** what the receipt says beside its code */
  secret: string;
  /** the number of its parcel, which it has or could get */
  item: string;
}

/** Who is let in where: a place in the list of dossiers, and an officer. */
export interface Fit {
  nth: number;
  officer: string;
}

type Step = [command: CommandName, officer: string, payload?: (item: string) => JsonObject];

const received: Step[] = [['receive', COUNTER]];
const begun: Step[] = [...received, ['startProcessing', COUNTER]];
const between: Step[] = [...begun, ['completeStep', SPECIALIST]];
const last: Step[] = [...between, ['completeStep', SPECIALIST]];
const resolved: Step[] = [...last, ['resolve', HEAD, () => ({ outcome: 'approved' })]];
const reason = (): JsonObject => ({ reason: 'thiếu giấy' });
const parcel = (itemNumber: string): JsonObject => ({ itemNumber });

/** A way to every state that a command can find a dossier in. */
const WAYS: readonly Step[][] = [
  [],
  received,
  begun,
  between,
  last,
  resolved,
  [['requestSupplement', COUNTER, reason]],
  [...received, ['requestPayment', COUNTER, () => ({ amount: 20_000 })]],
  [...begun, ['suspend', SPECIALIST, reason]],
  [...resolved, ['handToPost', COUNTER, parcel]],
  [...resolved, ['offerAtCounter', COUNTER]],
  [...resolved, ['offerAtCounter', COUNTER], ['collect', COUNTER]],
  [['refuse', COUNTER, reason]],
  [...received, ['withdraw', COUNTER, reason]],
];
/** Operations that are for few. */
const ASKED_BY: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\/(accounts|positions)\b/, [`administrator-1@${UNIT.province}`]],
  [/\/(audit|access-log)\b/, [`auditor-1@${UNIT.province}`]],
  [/\/reports\//, [`supervisor-1@${UNIT.district}`, HEAD]],
  [/\/delegations\b/, [COUNTER, SPECIALIST]],
];
/** Dossiers that a command is possible for, beside one of every kind. */
const MORE = 36;

/** What the cases of one operation speak of, and of no other's: their order then decides what they find. */
export interface Ground {
  targets: Target[];
  fits: Fit[];
  /** who may ask it, where that is only few; the others are found out */
  who: readonly string[];
}

/** Makes dossiers of every kind by commands, and finds out who may do what to which by asking the API. */
export class Grounds {
  private readonly possible = new Map<string, Fit[]>();
  private made = 0;

  private constructor(
    private readonly bench: Bench,
    private readonly selves: readonly string[],
  ) {}

  /** `selves` are the positions of those who may change their password. */
  static async on(bench: Bench, selves: readonly string[]): Promise<Grounds> {
    const grounds = new Grounds(bench, selves);
    const samples = await grounds.dossiers(WAYS);
    for (const [nth, { code }] of samples.entries()) {
      for (const officer of OFFICERS) {
        const headers = await credentials(bench, officer);
        const answer = await bench.call('GET', `/api/v1/dossiers/${code}/actions`, {
          officer: null,
          headers,
        });
        for (const command of (answer.json.allowed ?? []) as string[]) {
          grounds.possible.set(command, [...(grounds.possible.get(command) ?? []), { nth, officer }]);
        }
      }
    }
    return grounds;
  }

  /** Dossiers for the cases of an operation, more of those on which it is possible. */
  async for({ path }: Operation): Promise<Ground> {
    const command = /\/commands\/(\w+)$/.exec(path)?.[1];
    const fitting = this.possible.get(command ?? '') ?? [];
    const more = Array.from(
      { length: fitting.length > 0 ? MORE : 0 },
      (_, i) => fitting[i % fitting.length]!,
    );
    const targets = await this.dossiers([...WAYS, ...more.map(({ nth }) => WAYS[nth]!)]);
    return {
      targets,
      fits: [...fitting, ...more.map(({ officer }, i) => ({ nth: WAYS.length + i, officer }))],
      who: path.endsWith('/session/password')
        ? this.selves
        : (ASKED_BY.find(([own]) => own.test(path))?.[1] ?? []),
    };
  }

  private async secretOf(code: string): Promise<string> {
    const { app } = this.bench.database;
    const { rows } = await app.query<{ id: string }>('SELECT id FROM motcua.dossier WHERE code = $1', [code]);
    return receiptSecret(this.bench.keys.receipt, rows[0]!.id);
  }

  private dossiers(ways: readonly Step[][]): Promise<Target[]> {
    return Promise.all(ways.map((way) => this.dossier(way)));
  }

  private async dossier(way: readonly Step[]): Promise<Target> {
    const item = itemNumber(++this.made);
    const target = { code: '', secret: '', version: 0, item };
    const steps: Step[] = [['submit', COUNTER, () => filing() as JsonObject], ...way];
    for (const [nth, [command, officer, payload]] of steps.entries()) {
      const answer = await this.bench.engine.execute({
        command,
        ...(command === 'submit' ? {} : { code: target.code }),
        officer,
        key: `ground-${item}-${nth}`,
        payload: payload?.(item) ?? {},
        occurredAt: MORNING,
      });
      if (answer.kind !== 'accepted') throw new Error(`${command} was refused: ${JSON.stringify(answer)}`);
      target.code = answer.code;
      target.version = answer.version;
    }
    target.secret = await this.secretOf(target.code);
    return target;
  }
}

/** The nth S10 item number of a carrier, with its check digit. */
function itemNumber(nth: number): string {
  const digits = String(nth).padStart(8, '0');
  const sum = [8, 6, 4, 2, 3, 5, 9, 7].reduce((all, weight, i) => all + weight * Number(digits[i]), 0);
  const check = 11 - (sum % 11);
  return `RA${digits}${check === 10 ? 0 : check === 11 ? 5 : check}VN`;
}
