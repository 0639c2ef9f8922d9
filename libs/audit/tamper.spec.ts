import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '#libs/database';
import { canonicalJson, type Json, type JsonObject } from '#libs/kernel';
import { Desk, PROCEDURE, type TestDatabase, UNIT, live, smallProvince, testDatabase } from '#libs/testing';
import { KEY, OTHER_KEY, chainAll, linesIn, linesOf, randomly, sealAll } from './audit.fixture.js';
import { headLine, parseHead, signHead } from './head.js';
import { type AuditResult, verifyExport } from './verify/verify.js';

const IN_POSTGRES = 1_200;
const ON_LINES = 8_800;
const random = randomly(20190318);
const pick = <T>(all: readonly T[]): T => all[random(all.length)]!;

let database: TestDatabase;
let owner: Awaited<ReturnType<typeof connect>>;
let clean: string[];
let heads: string[];
interface Event {
  place: string;
  dossier: string;
  version: number;
}
let events: Event[];

before(async () => {
  database = await testDatabase();
  owner = await connect(database.ownerUrl);
  const desk = new Desk(database.app, await smallProvince(database.app));
  const procedures = [PROCEDURE.certificate, PROCEDURE.copy, PROCEDURE.restarting];
  await live(desk, random, { count: 26, procedures, unit: UNIT.commune });
  await chainAll(owner);
  await sealAll(database.app, 12);
  [clean, heads] = [await linesOf(database.app), await linesOf(database.app, { headsOnly: true })];
  events = (
    await owner.query<Event>(
      `SELECT ctid::text || tableoid AS place, dossier_id AS dossier, version FROM motcua.event ORDER BY epoch, xid, seq`,
    )
  ).rows;
  assert.ok(events.length > 60 && heads.length > 6, `${events.length} events, ${heads.length} heads`);
});
after(() => owner.end());

const check = (lines: readonly string[], against?: readonly string[], key = KEY): Promise<AuditResult> =>
  verifyExport(lines, { publicKey: key.publicKey, ...(against && { against: () => against }) });

test('nothing is found in a log that was not touched, alone or against its own heads, whole or from any size', async () => {
  assert.deepEqual((await check(clean)).findings, []);
  assert.deepEqual((await check(clean, heads)).findings, []);
  assert.deepEqual((await check(heads)).findings, []);
  assert.deepEqual((await check(heads, heads)).findings, []);
  for (let from = 0; from <= events.length; from += 5) {
    const part = await linesOf(database.app, { fromSize: from });
    assert.deepEqual((await check(part, heads)).findings, [], `from ${from}`);
    assert.deepEqual((await check(clean, part)).findings, [], `against heads from ${from}`);
  }
});

/** What was done, which dossiers have to be named, and whether only heads that were kept elsewhere can show it. */
interface Tampering {
  what: string;
  names: string[];
  needsKept?: boolean;
}

const AT = `(ctid::text || tableoid) = $1`;
const COLUMNS: [column: string, to: () => string][] = [
  ['dossier_id', () => `'${pick(events).dossier}'::uuid`],
  ['version', () => `version + ${1 + random(3)}`],
  ['type', () => `type || 'x'`],
  ['state', () => `CASE state WHEN 'received' THEN 'resolved' ELSE 'received' END`],
  ['officer', () => `'head-1@x' || officer`],
  ['unit_id', () => 'unit_id + 1'],
  ['occurred_at', () => `occurred_at + interval '${1 + random(10_000_000)} us'`],
  ['recorded_at', () => `recorded_at - interval '${1 + random(10_000_000)} us'`],
  ['data', () => `data || '{"counted": ${random(9)}}'`],
  ['data', () => `jsonb_set(data, '{p,nested}', '[${random(99)}.50]')`],
  ['hash', () => `set_byte(hash, ${random(32)}, get_byte(hash, 5) # ${1 + random(255)})`],
  ['hash', () => 'NULL'],
  ['epoch', () => 'epoch - 1'],
  ['xid', () => `(xid::text::bigint + ${1 + random(4)})::text::xid8`],
  ['seq', () => `seq + ${1 + random(9)}`],
];

async function changed(sql: string, ...values: unknown[]): Promise<boolean> {
  return ((await owner.query(sql, values)).rowCount ?? 0) > 0;
}

/** Does one thing to the rows as a superuser; undefined when it changed nothing. */
async function tamper(): Promise<Tampering | undefined> {
  const { place, dossier } = pick(events);
  const other = pick(events);
  const rest = random(16);
  if (rest < 7) {
    const [column, to] = pick(COLUMNS);
    const value = to();
    const sql = `UPDATE motcua.event SET ${column} = ${value} WHERE ${AT} AND ${column} IS DISTINCT FROM (${value})`;
    if (!(await changed(sql, place))) return undefined;
    const rechained = column !== 'hash' && random(2) === 0;
    if (rechained) await chainAll(owner, { anew: true });
    return { what: `${sql} ${rechained}`, names: [dossier] };
  }
  switch (rest) {
    case 7:
      await changed(`DELETE FROM motcua.event WHERE ${AT}`, place);
      if (random(2) === 0) await chainAll(owner, { dossier, anew: true });
      return { what: 'delete', names: [dossier] };
    case 8:
      await changed(`DELETE FROM motcua.event WHERE dossier_id = $1`, dossier);
      return { what: 'delete all of a dossier', names: [dossier] };
    case 9:
      await changed(`INSERT INTO motcua.event SELECT * FROM motcua.event WHERE ${AT}`, place);
      return { what: 'insert a copy', names: [dossier] };
    case 10: {
      const sql = `INSERT INTO motcua.event SELECT o.epoch, o.xid, o.seq, e.dossier_id, e.version, e.type, e.state, e.officer, e.unit_id,
        e.occurred_at, e.recorded_at, e.data, e.hash FROM motcua.event e, motcua.event o
        WHERE (e.ctid::text || e.tableoid) = $1 AND (o.ctid::text || o.tableoid) = $2`;
      await changed(sql, place, other.place);
      await chainAll(owner, { dossier, anew: true });
      return { what: 'insert elsewhere', names: [dossier] };
    }
    case 11: {
      if (other.place === place) return undefined;
      const sql = `UPDATE motcua.event e SET epoch = o.epoch, xid = o.xid, seq = o.seq FROM motcua.event o
        WHERE (e.ctid::text || e.tableoid, o.ctid::text || o.tableoid) IN (($1, $2), ($2, $1))`;
      await changed(sql, place, other.place);
      return { what: 'swap', names: [dossier, other.dossier] };
    }
    case 12:
      await changed(`UPDATE motcua.dossier SET code = code || '9' WHERE id = $1`, dossier);
      return { what: 'code', names: [dossier] };
    case 13:
      return tamperHead();
    case 14: {
      // Everything from one head on is gone, events and heads, and the chains are those of what is left.
      const { rows } = await owner.query<{ size: string }>('SELECT size::text FROM motcua.seal');
      const cut = pick(rows.slice(0, -1)).size;
      const gone = await owner.query<{ dossier_id: string }>(
        `DELETE FROM motcua.event e USING motcua.seal s WHERE s.size = $1 AND (e.epoch, e.xid, e.seq) > (s.epoch, s.xid, s.seq)
         RETURNING e.dossier_id`,
        [cut],
      );
      await changed('DELETE FROM motcua.seal WHERE size > $1', cut);
      return { what: 'cut', names: gone.rows.map((row) => row.dossier_id), needsKept: true };
    }
    default: {
      await changed('DELETE FROM motcua.seal WHERE size = (SELECT max(size) FROM motcua.seal)');
      return { what: 'last head', names: [], needsKept: true };
    }
  }
}

async function tamperHead(): Promise<Tampering | undefined> {
  const { rows } = await owner.query<{ size: string }>(
    'SELECT s.size::text FROM motcua.seal s ORDER BY s.size',
  );
  const { size } = pick(rows);
  const flip = (column: string): string =>
    `${column} = set_byte(${column}, ${random(32)}, get_byte(${column}, 0) # ${1 + random(255)})`;
  const set = pick([
    flip('root'), flip('frontier'), flip('leaves'), flip('signature'),
    `key_id = '${OTHER_KEY.id}'`, `sealed_at = sealed_at + interval '1 us'`, `seq = seq + 1`, `xid = '1'`, `frontier = ''`,
    `events = events - 1, leaves = substr(leaves, 53)`, 'size = size + 1',
  ]); // prettier-ignore
  const gone = random(6) === 0 && size !== rows.at(-1)!.size;
  const sql = gone
    ? 'DELETE FROM motcua.seal WHERE size = $1'
    : `UPDATE motcua.seal SET ${set} WHERE size = $1`;
  const before = await owner.query('SELECT s::text FROM motcua.seal s WHERE size = $1', [size]);
  await owner.query('SAVEPOINT head');
  const done = await changed(sql, size).catch(() => false);
  if (!done) await owner.query('ROLLBACK TO head');
  const now = await owner.query('SELECT s::text FROM motcua.seal s WHERE size = $1', [size]);
  return JSON.stringify(before.rows) === JSON.stringify(now.rows) ? undefined : { what: sql, names: [] };
}

function assertFound(result: AuditResult, { what, names }: Tampering): void {
  assert.ok(!result.ok, `not found: ${what}`);
  const named = new Set(result.findings.map((finding) => finding.dossierId));
  for (const name of names)
    assert.ok(named.has(name), `${name} is not named: ${what} ${JSON.stringify(result.findings)}`);
}

test(`${IN_POSTGRES} random tamperings of rows by a superuser in PostgreSQL, each exported and rolled back, are all found`, async () => {
  await owner.query('BEGIN');
  for (let done = 0; done < IN_POSTGRES;) {
    await owner.query('SAVEPOINT one');
    const tampering = await tamper();
    if (tampering) {
      const lines = await linesIn(owner);
      assertFound(await check(lines, tampering.needsKept || random(4) === 0 ? heads : undefined), tampering);
      done++;
    }
    await owner.query('ROLLBACK TO one');
  }
  await owner.query('ROLLBACK');
  assert.deepEqual((await check(await linesOf(database.app), heads)).findings, []);
});

/** Another value in place of one, somewhere inside. */
function otherValue(value: Json): Json {
  if (typeof value === 'number') return value + 1 + random(5);
  if (typeof value === 'string') return random(2) === 0 ? `${value}x` : value.slice(1) || 'x';
  if (typeof value === 'boolean') return !value;
  if (value === null) return 0;
  if (Array.isArray(value)) return [...value, null];
  const keys = Object.keys(value);
  const key = keys[random(keys.length + 1)];
  if (key === undefined) return { ...value, added: random(9) };
  if (random(4) > 0) return { ...value, [key]: otherValue(value[key]!) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function tamperLines(): { lines: string[]; tampering: Tampering } {
  const lines = [...clean];
  const at = 1 + random(lines.length - 2);
  const line = JSON.parse(lines[at]!) as JsonObject;
  const names = line.kind === 'event' ? [line.dossier as string] : [];
  const name = (what: string): { lines: string[]; tampering: Tampering } => ({
    lines,
    tampering: { what: `${what} ${at}`, names },
  });
  switch (random(8)) {
    case 0:
      lines.splice(at, 1);
      return name('remove');
    case 1:
      lines.splice(at, 0, lines[at]!);
      return name('repeat');
    case 2: {
      const to = 1 + random(lines.length - 2);
      const eventsBetween = lines
        .slice(Math.min(at, to), Math.max(at, to) + 1)
        .filter((text) => text.includes('"kind":"event"'));
      lines.splice(to, 0, ...lines.splice(at, 1));
      if (to === at || eventsBetween.length === 0) return tamperLines();
      return { lines, tampering: { what: `move ${at} to ${to}`, names: [] } };
    }
    case 3: {
      // A byte of the file, whatever it belongs to.
      const byte = random(lines[at]!.length);
      const sign = lines[at]![byte] === 'a' ? 'b' : 'a';
      lines[at] = lines[at]!.slice(0, byte) + sign + lines[at]!.slice(byte + 1);
      return { lines, tampering: { what: `byte ${byte} of ${lines[at]}`, names: [] } };
    }
    default:
      lines[at] = canonicalJson(otherValue(line) as Json);
      if (lines[at] === clean[at]) return tamperLines();
      return { lines, tampering: { what: `change ${clean[at]} to ${lines[at]}`, names: [] } };
  }
}

test(`${ON_LINES} random tamperings of the lines of an export are all found`, async () => {
  for (let done = 0; done < ON_LINES; done++) {
    const { lines, tampering } = tamperLines();
    assertFound(await check(lines), tampering);
  }
});

test('a file that begins midway says so, and cannot say that it begins later than it does', async () => {
  const part = await linesOf(database.app, { fromSize: Math.floor(events.length / 2) });
  const { from } = JSON.parse(part[0]!) as { from: number };
  assert.ok(from > 0);
  assert.deepEqual([(await check(part, heads)).from, (await check(clean)).from], [from, 0]);
  for (const said of [1, from - 1, from + 1, events.length, 10 ** 9]) {
    const lying = [part[0]!.replace(`"from":${from}`, `"from":${said}`), ...part.slice(1)];
    for (const against of [undefined, heads]) {
      const { findings } = await check(lying, against);
      assert.ok(
        findings.some(({ code }) => code === 'head_out_of_place'),
        `${said}`,
      );
    }
  }
  const headless = part.filter((text, at) => at === 0 || !text.includes('"kind":"head"'));
  assert.ok((await check(headless, heads)).findings.some(({ code }) => code === 'head_removed'));
});

test('heads signed anew by another key are not those of the key; by the same key, they are not those that were kept', async () => {
  const resigned = (key: typeof KEY): string[] =>
    clean.map((text) => {
      const head = parseHead(JSON.parse(text) as JsonObject);
      if (!head) return text;
      const anew = { ...head, key: key.id, at: '2019-12-31T00:00:00.000Z' };
      return headLine({ ...anew, signature: signHead(anew, key) });
    });
  const codes = async (found: Promise<AuditResult>) =>
    new Set((await found).findings.map(({ code }) => code));
  assert.deepEqual(await codes(check(resigned(OTHER_KEY))), new Set(['head_key_unknown']));
  await owner.query('BEGIN');
  await owner.query(`UPDATE motcua.event SET officer = 'x' WHERE ${AT}`, [events[3]!.place]);
  await chainAll(owner, { anew: true });
  await owner.query('COMMIT');
  await owner.query('TRUNCATE motcua.seal');
  await owner.query(`DELETE FROM motcua.follower WHERE name = 'seal'`);
  await sealAll(database.app, 12);
  const forged = await linesOf(database.app);
  assert.deepEqual(
    (await check(forged)).findings,
    [],
    'who has the database and the key can seal another history',
  );
  const found = await check(forged, heads);
  assert.ok(found.findings.some(({ code }) => code === 'history_rewritten'));
  const named = found.findings
    .filter(({ code }) => code === 'event_changed')
    .map((finding) => `${finding.dossierId} ${finding.version}`);
  assert.ok(named.includes(`${events[3]!.dossier} ${events[3]!.version}`));
});
