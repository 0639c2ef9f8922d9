import type { Json, JsonObject } from '#libs/kernel';
import type { QuarterReport, ReportLine } from '#libs/reporting';

/** What the replay took: `seconds` are those of the run that finished it. */
export interface ReplayTotals {
  commands: number;
  seconds: number;
}

/** The one document of `--json`. `received` is without what was carried over; a dossier counts once, at its competent unit. */
export function summary(report: QuarterReport, channels: QuarterReport, totals: ReplayTotals): JsonObject {
  const levels: { [key: string]: Json } = {};
  for (const line of report.lines) levels[line.key] = four(line);
  return {
    period: '2019Q2',
    from: '2019-03-15',
    to: '2019-06-14',
    ...four(report.total),
    byLevel: levels,
    byChannel: Object.fromEntries(channels.lines.map((line) => [line.key, line.received])),
    commands: totals.commands,
    seconds: Math.round(totals.seconds * 10) / 10,
  };
}

function four(line: ReportLine): JsonObject {
  const { carriedOver, received, resolved, inProcess } = line;
  return { carriedOver, received, resolved, inProcess };
}
