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
}

/** What `npm run bench -- --json` prints. */
export interface BenchDocument {
  /** median of forcing one page to the data folder's disk, in milliseconds */
  fsyncMs: number;
  rounds: number;
  rows: RowFigures[];
  /** `engine/floor` and so on: the median over the rounds of what was measured seconds apart */
  ratios: Record<string, number>;
}

/** What the table shows beside the document. */
export interface Beside {
  callers: number;
  nodeMs: number;
  postgresMs: number | null;
  walBytes: number;
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
  'WAL B',
];

/** The document as a table for a person, with the callers and where the time went beside. */
export function tableOf(document: BenchDocument, beside: ReadonlyMap<string, Beside>): string {
  const lines = document.rows.map((row) => {
    const more = beside.get(row.name)!;
    return [
      row.name,
      String(more.callers),
      whole(row.perSecond),
      whole(row.min),
      whole(row.max),
      row.p50Ms.toFixed(2),
      row.p99Ms.toFixed(2),
      row.cpuMsPerCommand.toFixed(3),
      more.nodeMs.toFixed(3),
      more.postgresMs === null ? '–' : more.postgresMs.toFixed(3),
      whole(more.walBytes),
    ];
  });
  const widths = HEAD.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at]!.length)));
  const text = [HEAD, ...lines].map((cells) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
  );
  const ratios = Object.entries(document.ratios).map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`);
  return [
    ...text,
    '',
    `ratios, median of ${document.rounds} rounds: ${ratios.join(', ') || 'none'}`,
    `forcing a page to disk: ${document.fsyncMs.toFixed(2)} ms; CPU in ms a command`,
  ].join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
