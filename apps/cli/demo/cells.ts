import type { Channel } from '#libs/dossier';
import { apportion } from './apportion.js';
import { POSTAL_SHARE, REPORT } from './assumptions.js';

/** Dossiers that come one way, for procedures of one online level. */
export interface Kind {
  onlineLevel: number;
  channel: Channel;
}

/** How many there are of a kind. */
export interface Cell extends Kind {
  dossiers: number;
}

/**
 * The report's channel figures for `total` dossiers, the counter and the post told apart by {@link POSTAL_SHARE}. Both
 * splits go by the largest remainder, so that the parts add up.
 */
export function cellsFor(total: number): Cell[] {
  const dossiers = apportion(
    total,
    REPORT.cells.map((cell) => cell.dossiers),
  );
  const reported = REPORT.cells.map((cell, at) => ({ ...cell, dossiers: dossiers[at]! }));
  const offline = reported.filter((cell) => !cell.online);
  const sum = offline.reduce((one, cell) => one + cell.dossiers, 0);
  const postal = apportion(
    Math.round(sum * POSTAL_SHARE),
    offline.map((cell) => cell.dossiers),
  );
  const counter = offline.map((cell, at) => cell.dossiers - postal[at]!);
  const online = reported.filter((cell) => cell.online);
  return [
    ...offline.map(({ onlineLevel }, at) => cell(onlineLevel, 'counter', counter[at]!)),
    ...offline.map(({ onlineLevel }, at) => cell(onlineLevel, 'postal', postal[at]!)),
    ...online.map((one) => cell(one.onlineLevel, 'online', one.dossiers)),
  ];
}

function cell(onlineLevel: number, channel: Channel, dossiers: number): Cell {
  return { onlineLevel, channel, dossiers };
}
