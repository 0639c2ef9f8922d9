import { DomainError } from '#libs/kernel';
import type { Ground } from './ground.js';
import { deckAtOneUnit, deckOfLives, type Life } from './lives.js';
import type { Row } from './row.js';
import { batchedRow, bypassRow, engineRow, unkeptRow } from './rows/engine.js';
import { emmettIsInstalled } from './rows/emmett.js';
import { FloorRow } from './rows/floor.js';
import { HttpRow } from './rows/http.js';
import { OneDossierRow } from './rows/one-dossier.js';
import { rivalRows } from './rows/rivals.js';

interface Decks {
  /** lives all over the province */
  spread: readonly Life[];
  oneUnit: readonly Life[];
}

/** In the order in which they run. A further row is one more file, and one more line here. */
const ROWS: Readonly<Record<string, (name: string, ground: Ground, decks: Decks) => Row>> = {
  floor: (name, ground, { spread }) => new FloorRow(name, ground, spread),
  engine: (name, ground, { spread }) => engineRow(name, ground, spread),
  'engine-bypass': (name, ground, { spread }) => bypassRow(name, ground, spread),
  'engine-unkept': (name, ground, { spread }) => unkeptRow(name, ground, spread),
  'engine-one-unit': (name, ground, { oneUnit }) => engineRow(name, ground, oneUnit),
  'batched-64': (name, ground, { spread }) => batchedRow(name, ground, spread, 64),
  'one-unit': (name, ground, { oneUnit }) => batchedRow(name, ground, oneUnit, 64),
  'batched-256': (name, ground, { spread }) => batchedRow(name, ground, spread, 256),
  'one-dossier': (name, ground) => new OneDossierRow(name, ground),
  http: (name, ground, { spread }) => new HttpRow(name, ground, spread),
  'http-open': (name, ground, { spread }) => new HttpRow(name, ground, spread, { open: true }),
};

/** What rows there are. */
export const ROW_NAMES = [
  ...Object.keys(ROWS),
  'textbook',
  'dbos',
  'pgboss',
  'pgboss-bulk',
  ...(emmettIsInstalled() ? ['emmett'] : []),
];

/** Throws when a name is none of a row. */
export function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter((name) => !ROW_NAMES.includes(name));
  if (unknown.length === 0) return;
  throw new DomainError('row_unknown', { params: { unknown, rows: ROW_NAMES } });
}

/** Every row, or `only` those named. */
export function rowsOn(ground: Ground, only: readonly string[] = ROW_NAMES): Row[] {
  const decks = { spread: deckOfLives(ground.reference), oneUnit: deckAtOneUnit(ground.reference) };
  const wanted = (name: string): boolean => only.includes(name);
  const own = Object.entries(ROWS).filter(([name]) => wanted(name));
  const rivals = only.some((name) => !Object.hasOwn(ROWS, name)) ? rivalRows(ground) : [];
  return [
    ...own.map(([name, row]) => row(name, ground, decks)),
    ...rivals.filter(({ name }) => wanted(name)),
  ];
}
