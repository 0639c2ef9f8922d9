import { median, quantile, significant, type BenchDocument, type RowFigures } from './document.js';
import type { Ground } from './ground.js';
import { cpuUsed, fsyncLatencies, walBytes, type CpuUsed } from './machine.js';
import { ratiosOf } from './ratios.js';
import type { Row, Sample } from './row.js';
import { chainMicros, stepMicros } from './step-time.js';

export interface Plan {
  rounds: number;
  /** how long each row runs in each round */
  seconds: number;
  signal: AbortSignal;
  /** told how many of the seconds of {@link secondsOf} are behind us */
  onProgress(seconds: number): void;
}

interface Round extends Sample {
  nodeMs: number;
  /** of whoever asks, where that is a process apart */
  clientMs: number | null;
  postgresMs: number | null;
  wal: number;
}

const SEARCHES = 2;
/** A search wants the order, not the figure. */
const SEARCH_SHARE = 1 / 3;
const PROBES_A_ROUND = 20;

/** How long measuring takes in all, in seconds. */
export function secondsOf(rows: readonly Row[], plan: Pick<Plan, 'rounds' | 'seconds'>): number {
  const tries = rows.reduce((sum, row) => sum + row.callers.length, 0);
  return plan.seconds * (rows.length * plan.rounds + tries * SEARCHES * SEARCH_SHARE);
}

/** Searches each row's best concurrency, which also warms everything up, then runs the rows in turn, round by round. */
export async function measure(rows: readonly Row[], ground: Ground, plan: Plan): Promise<BenchDocument> {
  let passed = 0;
  const run = async (row: Row, callers: number, seconds: number): Promise<Sample> => {
    plan.signal.throwIfAborted();
    const sample = await row.run(callers, performance.now() + seconds * 1000);
    plan.onProgress((passed += seconds));
    return sample;
  };
  const best = await search(rows, (row, callers) => run(row, callers, plan.seconds * SEARCH_SHARE));

  const fsync: number[] = [];
  const rounds = new Map<Row, Round[]>(rows.map((row) => [row, []]));
  for (let round = 0; round < plan.rounds; round++) {
    fsync.push(...fsyncLatencies(ground.folder, PROBES_A_ROUND));
    for (const row of rows) {
      const walBefore = await walBytes(ground.pool);
      const before = await usedBy(row, ground);
      const sample = await run(row, best.get(row)!, plan.seconds);
      const after = await usedBy(row, ground);
      rounds.get(row)!.push({
        ...sample,
        nodeMs: after.node - before.node,
        clientMs: after.client === null ? null : after.client - before.client!,
        postgresMs: after.postgres === null ? null : after.postgres - before.postgres!,
        wal: (await walBytes(ground.pool)) - walBefore,
      });
    }
  }
  return {
    fsyncMs: significant(median(fsync), 3),
    rounds: plan.rounds,
    rows: rows.map((row) => figures(row.name, best.get(row)!, rounds.get(row)!)),
    ratios: ratiosOf(new Map(rows.map((row) => [row.name, rounds.get(row)!.map(rate)]))),
    stepMicros: stepMicros(ground.reference),
    chainMicros: chainMicros(ground.reference),
  };
}

/** Processor time so far. Where the work is done by a process of its own, this one is only the client. */
async function usedBy(row: Row, ground: Ground): Promise<CpuUsed & { client: number | null }> {
  const server = await row.serverCpuMs?.();
  const { node, postgres } = cpuUsed(ground.server.pid);
  return server === undefined ? { node, postgres, client: null } : { node: server, postgres, client: node };
}

/** Every row with every number of callers, twice in turn; the number that did most in all. */
async function search(
  rows: readonly Row[],
  run: (row: Row, callers: number) => Promise<Sample>,
): Promise<Map<Row, number>> {
  const done = new Map(rows.map((row) => [row, row.callers.map((callers) => ({ callers, commands: 0 }))]));
  for (let turn = 0; turn < SEARCHES; turn++) {
    for (const [row, tries] of done) {
      for (const one of tries) one.commands += (await run(row, one.callers)).commands;
    }
  }
  return new Map(
    [...done].map(([row, tries]) => [row, tries.sort((a, b) => b.commands - a.commands)[0]!.callers]),
  );
}

function rate(sample: Sample): number {
  return sample.commands / sample.seconds;
}

function figures(name: string, callers: number, rounds: readonly Round[]): RowFigures {
  const rates = rounds.map(rate);
  const waits = Float64Array.from(rounds.flatMap((round) => round.latencies)).sort();
  const each = (pick: (round: Round) => number): number =>
    significant(median(rounds.map((round) => pick(round) / round.commands)), 3);
  const told = (key: 'clientMs' | 'postgresMs'): number | null =>
    rounds.some((round) => round[key] === null) ? null : each((round) => round[key]!);
  return {
    name,
    perSecond: Math.round(median(rates)),
    min: Math.round(Math.min(...rates)),
    max: Math.round(Math.max(...rates)),
    p50Ms: significant(quantile(waits, 0.5), 3),
    p99Ms: significant(quantile(waits, 0.99), 3),
    cpuMsPerCommand: each((round) => round.nodeMs + (round.postgresMs ?? 0)),
    nodeMsPerCommand: each((round) => round.nodeMs),
    postgresMsPerCommand: told('postgresMs'),
    clientMsPerCommand: told('clientMs'),
    walBytesPerCommand: Math.round(median(rounds.map((round) => round.wal / round.commands))),
    callers,
  };
}
