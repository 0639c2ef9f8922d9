import type { Operation } from './document.js';

/** Filled in when a request is written: what belongs to the dossier that it is about, or to this one request. */
export const TOKEN = {
  /** the code of the dossier, the secret on its receipt, its version as last seen, the number of its parcel */
  code: '⟨code⟩',
  secret: '⟨secret⟩',
  version: '⟨version⟩',
  item: '⟨item⟩',
  /** the position of whoever asks */
  officer: '⟨officer⟩',
  /** a text that no other request has */
  fresh: '⟨fresh⟩',
} as const;
export const TOKENS = /⟨(\w+)(?::(\d+))?⟩/g;

const DAYS = ['2019-01-01', '2019-03-15', '2019-03-18', '2019-06-15', '-infinity', '2019-02-30'];
const MOMENTS = [
  '2019-03-18T02:00:00Z',
  '2019-03-18T09:00:00+07:00',
  '2019-03-18T02:00:00.000Z',
  '2262-04-12T00:00:00Z',
];
/** Values of fields whose schema only says that they are a line of text. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  itemNumber: [TOKEN.item],
  'Idempotency-Key': [TOKEN.fresh, `"${TOKEN.fresh}"`],
  key: [TOKEN.fresh],
  'If-Match': [`"${TOKEN.version}"`, '*'],
  ifMatch: [`"${TOKEN.version}"`],
  'Accept-Language': ['vi', 'en', 'km', 'km, en;q=0.5', '*'],
  'X-Motcua-Position': [TOKEN.officer, TOKEN.officer, TOKEN.officer, 'head-1@000.31.01.H59'],
  step: ['verify', 'draft', 'sign'],
  next: ['draft', 'sign'],
  period: ['2019Q1', '2019Q2'],
  text: ['nguyen', 'Nguyễn Văn An', '.31.01'],
  from: DAYS,
  until: DAYS,
  on: DAYS,
  asOf: MOMENTS,
  knownAt: MOMENTS,
  dueBefore: MOMENTS,
  carrierAt: MOMENTS,
};
/** Under which other names answers tell what a field asks for; first under a collection, then anywhere. */
const TOLD_AS: Readonly<Record<string, readonly string[]>> = {
  procedure: ['procedures.code'],
  unit: ['units.code'],
  parent: ['units.code'],
  competentUnit: ['units.code'],
  receivingUnit: ['units.code'],
};
const MOST = 40;

/**
 * What earlier answers gave: codes, units, cursors. Values are kept by the name of their field, alone and under the
 * collection of the path that gave them, so that `code` of `/units` is not taken for that of `/procedures`. Filled
 * before the cases begin and the same for all of them.
 */
export class Known {
  private readonly told = new Map<string, Set<string | number>>();
  private readonly offered = new Map<string, readonly string[]>();

  /** Keeps all values of an answer. */
  learn(path: string, value: unknown, name = ''): void {
    if (Array.isArray(value)) for (const one of value) this.learn(path, one, name);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) this.learn(path, inner, key);
    } else if (typeof value === 'string' || typeof value === 'number') {
      for (const key of [name, `${collectionOf(path)}.${name}`]) this.keep(key, value);
    }
  }

  /** Good values of fields of the operations of one path, whatever else is told of their names. */
  offer(path: string, values: Readonly<Record<string, readonly string[]>>): void {
    for (const [name, good] of Object.entries(values)) this.offered.set(`${path} ${name}`, good);
  }

  /** Good values of a field or parameter of an operation; none when nothing was ever told of it. */
  candidates(operation: Pick<Operation, 'path'>, name: string): readonly unknown[] {
    const own = collectionOf(operation.path);
    const offered = this.offered.get(`${operation.path} ${name}`);
    if (offered) return offered;
    if (name === 'code' && (own === 'dossiers' || own === 'lookup')) return [TOKEN.code];
    if (name === 'secret' && own === 'lookup') return [TOKEN.secret];
    if (name === 'cursor') return this.of(`${own}.next`);
    const asked = [...(TOLD_AS[name] ?? []), `${own}.${name}`, name].map((key) => this.of(key));
    return asked.find((values) => values.length > 0 && BY_NAME[name] === undefined) ?? BY_NAME[name] ?? [];
  }

  private of(key: string): (string | number)[] {
    return [...(this.told.get(key) ?? [])];
  }

  private keep(key: string, value: string | number): void {
    const values = this.told.get(key) ?? new Set();
    if (values.size < MOST) values.add(value);
    this.told.set(key, values);
  }
}

/** The last word of a path before its first parameter, e.g. `dossiers`. */
function collectionOf(path: string): string {
  const words = path.split(/\/(?:\{|commands)/, 1)[0]!.split('/');
  return words.at(-1)!;
}
