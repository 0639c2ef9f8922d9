/** One row's figures, over all rounds. */
export interface RowFigures {
  name: string;
  /** the median over the rounds, and the least and the most */
  perSecond: number;
  min: number;
  max: number;
  /** how long a caller waited, over all rounds together */
  p50Ms: number;
  p99Ms: number;
  /** of Node and of PostgreSQL's processes together; of Node alone where the system does not tell */
  cpuMsPerCommand: number;
  nodeMsPerCommand: number;
  postgresMsPerCommand: number | null;
  /** of whoever asks, where that is a process apart; not part of the sum */
  clientMsPerCommand: number | null;
  walBytesPerCommand: number;
  callers: number;
}

/** What `npm run bench -- --json` prints. */
export interface BenchDocument {
  /** median of forcing one page to the data folder's disk, in milliseconds */
  fsyncMs: number;
  rounds: number;
  rows: RowFigures[];
  /** `engine/floor` and so on: the median over the rounds of what was measured seconds apart */
  ratios: Record<string, number>;
  /** one step of the statechart, in microseconds */
  stepMicros: number;
  /** one link of the event chain: canonical JSON and SHA-256 */
  chainMicros: number;
}

/** The middle of some figures; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that `share` of the sorted values do not exceed (nearest rank). */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Rounds to so many significant digits, so that no figure pretends to more than was measured. */
export function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

const HEAD = [
  'row',
  'callers',
  'per second',
  'min',
  'max',
  'p50 ms',
  'p99 ms',
  'CPU ms',
  'Node',
  'PostgreSQL',
  'client',
  'WAL B',
];

/** The document as a table for a person. */
export function tableOf(document: BenchDocument): string {
  const text = columns([
    HEAD,
    ...document.rows.map((row) => [
      row.name,
      String(row.callers),
      whole(row.perSecond),
      whole(row.min),
      whole(row.max),
      row.p50Ms.toFixed(2),
      row.p99Ms.toFixed(2),
      row.cpuMsPerCommand.toFixed(3),
      row.nodeMsPerCommand.toFixed(3),
      row.postgresMsPerCommand?.toFixed(3) ?? '–',
      row.clientMsPerCommand?.toFixed(3) ?? '',
      whole(row.walBytesPerCommand),
    ]),
  ]);
  const ratios = Object.entries(document.ratios).map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`);
  return [
    text,
    '',
    `ratios, median of ${document.rounds} rounds: ${ratios.join(', ') || 'none'}`,
    `forcing a page to disk: ${document.fsyncMs.toFixed(2)} ms; CPU in ms a command; ` +
      `one step of the statechart: ${document.stepMicros} µs; one link of the event chain: ${document.chainMicros} µs`,
  ].join('\n');
}

/** Lines of cells in columns: the first to the left, the others to the right. */
export function columns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  return lines
    .map((cells) =>
      cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
