import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Bench } from '../e2e/support.js';
import { casesOf, type Case } from './cases.js';
import type { Document, Operation } from './document.js';
import type { Ground } from './ground.js';
import type { Accepted } from './harm.js';
import type { Known } from './known.js';
import { OFFICERS, credentials } from './officers.js';
import { breaches, isDeep, parsed } from './promises.js';
import { requestOf, type Request } from './request.js';
import { Wire, type WireAnswer } from './wire.js';

/** After so many cases officers sign in anew. */
const GROUP = 50;

/** All cases of one operation, on a connection and with dossiers of its own. */
export class Round {
  sent = 0;
  /** answers from beyond the checks of form */
  deep = 0;
  /** good answers */
  good = 0;
  readonly accepted: Accepted = { submit: 0, amend: 0, other: 0, changes: 0 };
  private readonly answers = new Map<string, number>();
  private readonly wire: Wire;
  private readonly let: Map<string, Promise<Record<string, string>>> = new Map();
  private readonly welcome: string[] = [];

  constructor(
    private readonly bench: Bench,
    readonly operation: Operation,
    private readonly ground: Ground,
  ) {
    this.welcome.push(...ground.who);
    this.wire = new Wire(Number(new URL(bench.url).port));
  }

  /** Asks once for what there is, when it is a reading without a parameter: codes, units, cursors. */
  async learn(known: Known): Promise<void> {
    const { method, path } = this.operation;
    if (method !== 'GET' || path.includes('{')) return;
    for (const officer of OFFICERS) {
      const headers = await credentials(this.bench, officer);
      for (const query of ['', '?limit=2']) {
        const answer = await this.bench.call('GET', `${path}${query}`, { officer: null, headers });
        if (answer.status === 200) known.learn(path, answer.json);
      }
    }
  }

  /** Sends the cases. Throws with the smallest request found that breaks a promise. */
  async run(
    document: Document,
    known: Known,
    { cases, seed }: { cases: number; seed: number },
  ): Promise<void> {
    let last: { request: Request; answer: WireAnswer | Error; broken: string[] } | undefined;
    const property = fc.asyncProperty(casesOf(this.operation, document, known), async (one) => {
      const request = await this.write(one);
      const answer = await this.wire.ask(request.bytes).catch((error: unknown) => error as Error);
      const broken = answer instanceof Error ? [answer.message] : breaches(this.operation, request, answer);
      if (broken.length > 0) last = { request, answer, broken };
      else this.count(one, answer as WireAnswer);
      return broken.length === 0;
    });
    // Operations of one form would otherwise all get the same cases.
    const own = crc32(this.operation.name) ^ seed;
    const result = await fc.check(property, { numRuns: cases, seed: own });
    this.wire.close();
    if (!result.failed) return;
    // Nothing was broken, and yet it failed: it is the test itself that did.
    if (!last) throw result.errorInstance;
    const { request, answer, broken } = last;
    assert.fail(
      [
        ...broken,
        `seed ${seed}, MOTCUA_FUZZ_ONLY='${this.operation.name}', after ${result.numRuns} cases`,
        shown(request.bytes.toString('utf8')),
        ...(answer instanceof Error ? [] : [shown(`${answer.head}\r\n\r\n${answer.text}`)]),
      ].join('\n'),
    );
  }

  /** How many cases met which answer. */
  summary(): string {
    const answers = [...this.answers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, n]) => `${what} ${n}`);
    return `${this.operation.name}: ${this.sent} sent, ${this.deep} deep: ${answers.join(', ')}`;
  }

  private async write(one: Case): Promise<Request> {
    const { targets, fits } = this.ground;
    const fit = one.fit && fits.length > 0 ? fits[one.target % fits.length] : undefined;
    const target = targets[fit?.nth ?? one.target % targets.length]!;
    const officer = fit?.officer ?? this.anyone(one);
    const headers = this.operation.secured ? await this.letIn(officer) : {};
    return requestOf(this.operation, one, headers, { target, others: targets, officer });
  }

  private anyone({ fit, who }: Case): string {
    const from = fit && this.welcome.length > 0 ? this.welcome : OFFICERS;
    return from[who % from.length]!;
  }

  private letIn(officer: string): Promise<Record<string, string>> {
    if (this.sent % GROUP === 0) this.let.clear();
    const known = this.let.get(officer) ?? credentials(this.bench, officer);
    this.let.set(officer, known);
    return known;
  }

  private count(one: Case, answer: WireAnswer): void {
    this.sent++;
    const body = parsed(answer.text) as Body | undefined;
    const refusal = answer.status >= 400 ? (body?.code as string) : '';
    const what = `${answer.status} ${refusal}`.trim();
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
    if (isDeep(answer)) this.deep++;
    // Whoever is not known any more signs in again.
    if (answer.status === 401) this.let.clear();
    if (answer.status >= 300) return;
    this.good++;
    const officer = this.anyone(one);
    if (this.ground.fits.length === 0 && !this.welcome.includes(officer)) this.welcome.push(officer);
    const many = Array.isArray(body?.answers) ? (body.answers as Inner[]) : undefined;
    if (many) for (const { status, headers, body: each } of many) this.follow(status, lower(headers), each);
    else if (this.operation.method !== 'GET') this.follow(answer.status, answer.headers, body);
  }

  /** Counts what was accepted, and remembers the version that it led to. */
  private follow(status: number, headers: ReadonlyMap<string, string>, body: Body | undefined): void {
    if (status >= 300 || headers.has('idempotent-replayed')) return;
    const target = this.ground.targets.find(({ code }) => code === body?.code);
    if (target) target.version = body?.version as number;
    this.accepted[KINDS[String(body?.event)] ?? (typeof body?.event === 'string' ? 'other' : 'changes')]++;
  }
}

type Body = Record<string, unknown>;
type Inner = { status: number; headers: Record<string, string>; body: Body };
const KINDS: Readonly<Record<string, keyof Accepted>> = { submitted: 'submit', amended: 'amend' };

function lower(headers: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const MOST_SHOWN = 4_000;

/** A text with its invisible characters written out, and no longer than one reads. */
function shown(text: string): string {
  const visible = text.replace(/[^\x20-\x7e\n\p{L}\p{N}]/gu, (one) => JSON.stringify(one).slice(1, -1));
  return visible.length > MOST_SHOWN
    ? `${visible.slice(0, MOST_SHOWN)} … (${text.length} characters)`
    : visible;
}
