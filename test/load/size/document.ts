import type { Answered } from './ask.js';
import type { CaughtUp } from './catch-up.js';
import type { EngineAtSize } from './engine.js';
import type { ReportAtSize } from './recount.js';
import type { Secured } from './row-security.js';
import type { Verified } from './verify.js';

/** What `npm run bench -- --size … --json` prints. */
export interface SizeDocument {
  size: string;
  dossiers: number;
  events: number;
  open: number;
  megabytes: number;
  loadSeconds: number;
  caughtUp: CaughtUp[];
  /** null for a database that was loaded, and verified, by an earlier run */
  verified: Verified | null;
  questions: Answered[];
  secured: Secured[];
  report: ReportAtSize;
  engine: EngineAtSize;
}

/** OpenCRVS's published bar at this size, on eight cores: 95th percentiles in milliseconds. */
const OPENCRVS = { reads: 150, writes: 300 };
const CATCH_UP_GOAL = 50_000;
const ENGINE_GOAL = 0.9;
const REPORT_GOAL = 300;
/** With row-level security a list takes at most so many times what it takes without. */
const SECURED_GOAL = 1.3;

const n = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The document as tables for a person, each figure beside its goal. */
export function sizeTable(d: SizeDocument): string {
  const questions = d.questions.map(({ name, p50Ms, p95Ms, maxMs, goalMs }) => [
    name,
    p50Ms.toFixed(1),
    p95Ms.toFixed(1),
    maxMs.toFixed(1),
    `${goalMs}`,
    String(OPENCRVS.reads),
    p95Ms <= goalMs ? '' : 'missed',
  ]);
  const secured = d.secured.map(({ name, securedMs, plainMs, ratio, min, max }) => [
    name,
    securedMs.toFixed(2),
    plainMs.toFixed(2),
    ratio.toFixed(2),
    `${min.toFixed(2)}–${max.toFixed(2)}`,
    `≤ ${SECURED_GOAL}`,
    ratio <= SECURED_GOAL ? '' : 'missed',
  ]);
  const { engine, report } = d;
  const others = [
    ...d.caughtUp.map(({ name, perSecond }) => [
      `follower ${name}, events a second`,
      n(perSecond),
      `≥ ${n(CATCH_UP_GOAL)}`,
      perSecond >= CATCH_UP_GOAL ? '' : 'missed',
    ]),
    [
      'engine at size ÷ empty',
      engine.ratio.toFixed(2),
      `≥ ${ENGINE_GOAL}`,
      engine.ratio >= ENGINE_GOAL ? '' : 'missed',
    ],
    [`engine at size, p95 ms (OpenCRVS: ${OPENCRVS.writes})`, engine.p95Ms.toFixed(1), '', ''],
    [
      'report, times quicker than the recount',
      n(report.ratio),
      `≥ ${REPORT_GOAL}`,
      report.ratio >= REPORT_GOAL ? '' : 'missed',
    ],
  ];
  return [
    `${n(d.dossiers)} dossiers (${n(d.open)} open), ${n(d.events)} events, ${n(d.megabytes)} MB; loaded in ${n(d.loadSeconds)} s`,
    d.verified === null ? 'verified when it was loaded' : `verified in ${n(d.verified.seconds)} s`,
    '',
    ...drawn(
      ['over HTTP, one after the other', 'p50 ms', 'p95 ms', 'most', 'goal p95', 'OpenCRVS', ''],
      questions,
    ),
    '',
    ...drawn(['row-level security', 'with, ms', 'without', 'ratio', 'of the rounds', 'goal', ''], secured),
    '',
    ...drawn(['', 'measured', 'goal', ''], others),
    `report ${report.reportMs} ms, recount ${n(report.recountMs)} ms (${report.period}); engine ${n(engine.perSecond)} a second, empty ${n(engine.emptyPerSecond)}`,
    `OpenCRVS's published bar at this size: reads ${OPENCRVS.reads} ms, writes ${OPENCRVS.writes} ms at p95 on eight cores`,
  ].join('\n');
}

function drawn(head: string[], rows: string[][]): string[] {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]!.length)));
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}
