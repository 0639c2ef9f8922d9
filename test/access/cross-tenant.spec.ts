import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { BACKLOG_KEYS, REPORT_KEYS } from '#libs/reporting';
import { STATES } from '#libs/workflow';
import {
  COUNTER,
  HEAD,
  PROCEDURE,
  SPECIALIST,
  UNIT,
  filing,
  startBench,
  type Answer,
  type Bench,
} from '../e2e/support.js';
import { withoutCode } from './ground.js';

const THEIRS = { applicant: { name: 'Nguyễn Văn Ẩn', paperNumber: '084099777777' } };
const NEIGHBOUR = `counter-1@${UNIT.otherCommune}`;
const NEIGHBOURS = [NEIGHBOUR, `head-1@${UNIT.otherCommune}`, `supervisor-1@${UNIT.otherCommune}`];
const ROUTES = [
  '',
  '/actions',
  '/history',
  '/deadline',
  '?asOf=2019-03-18T02:00:00Z',
  '?knownAt=2019-03-18T02:00:00Z',
  '?asOf=2001-01-01T00:00:00Z',
  '/history?knownAt=2019-03-18T02:00:00Z',
];

describe('across units', () => {
  let bench: Bench;
  let theirs: string;
  let own: string;
  before(async () => {
    bench = await startBench();
    theirs = await bench.file(THEIRS);
    await bench.act(theirs, 'receive');
    own = await fileAt(NEIGHBOUR, { applicant: { name: 'Trần Thị Nở' } });
  });
  after(() => bench?.close());

  const fileAt = async (officer: string, more: object): Promise<string> => {
    const answer = await bench.call('POST', '/api/v1/dossiers', { officer, body: filing(more) });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.code as string;
  };
  const get = (path: string, officer = NEIGHBOUR): Promise<Answer> =>
    bench.call('GET', `/api/v1${path}`, { officer });
  const search = (body: object, officer = NEIGHBOUR): Promise<Answer> =>
    bench.call('POST', '/api/v1/dossiers/search', { officer, body, key: null });
  const codes = ({ json }: Answer): string[] => (json.items as { code: string }[]).map(({ code }) => code);
  /** A code of the same unit and day that nobody was given yet. */
  const nobodys = (): string => theirs.replace(/\d{4}$/, '8765');

  /** Everything that one may ask without naming a dossier: lists, searches and counts, each way there is. */
  function questions(): { path: string; body?: object }[] {
    const lists = [
      '',
      ...STATES.map((state) => `state=${state}`),
      ...Object.values(UNIT).map((unit) => `unit=${unit}`),
      ...Object.values(PROCEDURE).map((procedure) => `procedure=${procedure}`),
      ...['counter', 'online', 'postal'].map((channel) => `channel=${channel}`),
      ...['running', 'paused', 'stopped', 'unknown'].map((deadline) => `deadline=${deadline}`),
      'overdue=true', 'overdue=false', 'dueBefore=2030-01-01T00:00:00Z', 'limit=1', 'limit=2',
      `unit=${UNIT.commune}&procedure=${PROCEDURE.certificate}&state=received`,
    ]; // prettier-ignore
    const texts = [
      'nguyen',
      'Nguyễn Văn Ẩn',
      'an',
      'ẩn van',
      '084099777777',
      '000.31.01',
      '000.31',
      theirs,
      '000.31.01.H59-190318',
    ];
    return [
      ...lists.map((query) => ({ path: `/dossiers?${query}` })),
      ...texts
        .flatMap((text) => [{ text }, { text, limit: 1 }, { text, unit: UNIT.commune }])
        .map((body) => ({ path: '/dossiers/search', body })),
      ...REPORT_KEYS.map((by) => ({ path: `/reports/quarterly?from=2019-03-15&until=2019-06-15&by=${by}` })),
      ...BACKLOG_KEYS.map((by) => ({ path: `/reports/backlog?by=${by}` })),
    ];
  }

  it('whatever happens at one unit changes no answer at another: lists, searches, counts', async () => {
    const askAll = async (): Promise<string[]> => {
      await bench.project();
      const told: string[] = [];
      for (const officer of NEIGHBOURS)
        for (const { path, body } of questions()) {
          const { status, text } = await (body ? search(body, officer) : get(path, officer));
          assert.ok(status === 200 || status === 403, `${officer} ${path}: ${text}`);
          // How far the log was read is said by its place in the whole log, so that a report can be asked for again.
          const plain = text.replace(/"asOfPosition":\{[^}]*\}/, '');
          told.push(`${officer} ${path} ${JSON.stringify(body)}: ${status} ${plain}`);
        }
      return told;
    };
    const earlier = await askAll();
    for (const channel of ['counter', 'online', 'postal'])
      for (const procedure of [PROCEDURE.certificate, PROCEDURE.copy])
        await bench.file({ ...THEIRS, channel, procedure });
    const code = await bench.file({ ...THEIRS, returnBy: 'postal' });
    await bench.act(code, 'receive');
    await bench.act(code, 'startProcessing', SPECIALIST);
    await bench.act(code, 'discontinue', HEAD, { reason: 'thôi' });
    const now = await askAll();
    assert.equal(now.length, earlier.length);
    now.forEach((told, nth) => assert.equal(told, earlier[nth]));
  });

  it('finds nothing of theirs by name, with and without accents, by paper number or by code', async () => {
    for (const text of [
      'Nguyễn Văn Ẩn',
      'nguyen van an',
      'NGUYEN',
      'Ẩn',
      '084099777777',
      theirs,
      '000.31.01.H59-',
      '000.31',
    ])
      for (const code of codes(await search({ text }))) assert.match(code, /^000\.31\.02\./, text);
    assert.ok(
      codes(await search({ text: 'nguyen van an' }, COUNTER)).includes(theirs),
      'who may does find it',
    );
    assert.deepEqual(codes(await search({ text: 'tran thi no' })), [own]);
  });

  it('says of a dossier that is not yours what it says of none, byte for byte, after as many statements', async () => {
    const asked = [
      ...ROUTES.map((path) => (code: string) => get(`/dossiers/${code}${path}`)),
      ...ROUTES.map(
        (path) => (code: string) => get(`/dossiers/${code}${path}`, `supervisor-1@${UNIT.otherCommune}`),
      ),
      (code: string) =>
        bench.call('POST', `/api/v1/dossiers/${code}/applicant`, {
          officer: `supervisor-1@${UNIT.otherCommune}`,
          body: { reason: 'xem' },
        }),
      ...['receive', 'amend', 'startProcessing', 'withdraw', 'submit'].map(
        (command) => (code: string) =>
          bench.call('POST', `/api/v1/dossiers/${code}/commands/${command}`, {
            officer: NEIGHBOUR,
            body: command === 'amend' ? { field: 'name', value: 'Ai' } : command === 'submit' ? filing() : {},
          }),
      ),
      ...['"1"', '"2"', '"77"', '*'].map(
        (version) => (code: string) =>
          bench.call('POST', `/api/v1/dossiers/${code}/commands/receive`, {
            officer: NEIGHBOUR,
            body: {},
            headers: { 'if-match': version },
          }),
      ),
    ];
    for (const [nth, ask] of asked.entries()) {
      // What is planned or remembered at first asking is so for both.
      await ask(nobodys());
      const [none, noneCost] = await counted(() => ask(nobodys()));
      const [foreign, foreignCost] = await counted(() => ask(theirs));
      assert.deepEqual(withoutCode(foreign, theirs), withoutCode(none, nobodys()), String(nth));
      assert.deepEqual([foreign.status, foreign.json.code], [404, 'unknown_dossier'], foreign.text);
      assert.ok(noneCost > 0);
      assert.equal(foreignCost, noneCost, `${nth}: ${foreign.text}`);
      for (const name of ['etag', 'location', 'idempotent-replayed'])
        assert.equal(foreign.headers.get(name), null);
      for (const field of ['state', 'version', 'allowed', 'params'])
        assert.ok(!(field in foreign.json), field);
    }
  });

  it('says the same in the midst of those who may: one round of the engine, one transaction, many scopes', async () => {
    // Nothing is kept, so that each round reads what all who are in it may see; one lane, so that they are in one round.
    const crowd = await bench.another({}, { keep: 0, lanes: 1 });
    try {
      const give = (
        officer: string,
        code: string,
        command: string,
        body: object,
        version?: string,
      ): Promise<Answer> =>
        crowd.call('POST', `/api/v1/dossiers/${code}/commands/${command}`, {
          officer,
          body,
          ...(version !== undefined && { headers: { 'if-match': version } }),
        });
      const amend = { field: 'phone', value: '0912' };
      // One of a dossier's commands in a round: those who may are at work on another one.
      const other = await bench.file();
      for (const [command, body] of [
        ['amend', amend],
        ['receive', {}],
        ['withdraw', {}],
      ] as const) {
        const none = withoutCode(await give(NEIGHBOUR, nobodys(), command, body), nobodys());
        const told = await Promise.all(
          Array.from({ length: 24 }, async (_, nth) => {
            if (nth % 2 === 0) return (await give(COUNTER, other, 'amend', amend)).status;
            const version = ['"1"', '"77"', undefined][nth % 3];
            const answer = await give(NEIGHBOUR, theirs, command, body, version);
            assert.deepEqual(withoutCode(answer, theirs), none, `${command} ${version}`);
            return answer.status;
          }),
        );
        assert.deepEqual(
          told,
          told.map((_, nth) => (nth % 2 === 0 ? 200 : 404)),
        );
      }
    } finally {
      await crowd.close();
    }
  });

  it('a batch of own and foreign dossiers does the own, and says of each foreign one what it says of none', async () => {
    const item = (code: string) => ({ command: 'receive', code, key: randomUUID(), payload: {} });
    const mine = await fileAt(NEIGHBOUR, {});
    const batch = [theirs, mine, nobodys(), theirs, own].map(item);
    const { json } = await bench.call('POST', '/api/v1/commands', {
      officer: NEIGHBOUR,
      body: batch,
      key: null,
    });
    const answers = json.answers as { status: number; headers: object; body: object }[];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 200, 404, 404, 200],
    );
    const plain = ({ status, headers, body }: (typeof answers)[0], code: string): string =>
      JSON.stringify([status, headers, body]).replaceAll(code, '');
    assert.equal(plain(answers[0]!, theirs), plain(answers[2]!, nobodys()));
    assert.equal(plain(answers[3]!, theirs), plain(answers[2]!, nobodys()));
    const history = await get(`/dossiers/${theirs}/history`, COUNTER);
    assert.deepEqual(
      [...new Set((history.json.events as { officer: string }[]).map(({ officer }) => officer))],
      [COUNTER],
    );
  });

  it('an Idempotency-Key is its officer’s: nobody else is told the answer, or the receipt', async () => {
    const key = randomUUID();
    const first = await bench.call('POST', '/api/v1/dossiers', { body: filing(THEIRS), key });
    assert.equal(first.status, 201);
    const again = await bench.call('POST', '/api/v1/dossiers', { body: filing(THEIRS), key });
    assert.deepEqual([again.headers.get('idempotent-replayed'), again.json], ['true', first.json]);
    const other = await bench.call('POST', '/api/v1/dossiers', {
      officer: NEIGHBOUR,
      body: filing(THEIRS),
      key,
    });
    assert.equal(other.status, 201, other.text);
    assert.equal(other.headers.get('idempotent-replayed'), null);
    assert.notEqual(other.json.code, first.json.code);
    assert.notEqual(other.json.receiptSecret, first.json.receiptSecret);
    const colleague = `counter-2@${UNIT.commune}`;
    const third = await bench.call('POST', '/api/v1/dossiers', {
      officer: colleague,
      body: filing(THEIRS),
      key,
    });
    assert.notEqual(third.json.code, first.json.code, 'nor a colleague at the same counter');

    const code = first.json.code as string;
    const command = { body: {}, key: randomUUID() };
    const path = `/api/v1/dossiers/${code}/commands/receive`;
    assert.equal((await bench.call('POST', path, command)).status, 200);
    const foreign = await bench.call('POST', path, { ...command, officer: NEIGHBOUR });
    assert.deepEqual([foreign.status, foreign.json.code], [404, 'unknown_dossier']);
    assert.equal(foreign.headers.get('idempotent-replayed'), null);
  });

  it('a cursor says nothing to who did not get it, be it another’s or forged', async () => {
    const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const { rows } = await bench.database.app.query<{ id: string; at: string }>(
      'SELECT id, submitted_at AS at FROM motcua.dossier WHERE code = $1',
      [theirs],
    );
    const { id, at } = rows[0]!;
    const pairs: [order: string, theirs: string, nobodys: string][] = [
      ['time', forged('time', at, id), forged('time', at, randomUUID())],
      ['code', forged('code', theirs, id), forged('code', nobodys(), randomUUID())],
      ['name', forged('name', 1, id), forged('name', 1, randomUUID())],
    ];
    const ask = (order: string, cursor: string): Promise<Answer> =>
      order === 'time'
        ? get(`/dossiers?cursor=${cursor}`)
        : search({ text: order === 'code' ? '000.31' : 'a', cursor });
    for (const [order, foreign, none] of pairs) {
      const [told, toldNone] = [await ask(order, foreign), await ask(order, none)];
      assert.deepEqual([told.status, told.json.code], [toldNone.status, toldNone.json.code], order);
      if (told.status === 200) for (const code of codes(told)) assert.match(code, /^000\.31\.02\./, order);
      assert.ok(!told.text.includes(theirs), order);
      // The same cursors in the hands of who may.
      assert.equal(
        (order === 'time'
          ? await get(`/dossiers?cursor=${foreign}`, COUNTER)
          : await search({ text: order === 'code' ? '000.31' : 'a', cursor: foreign }, COUNTER)
        ).status,
        200,
        order,
      );
    }
    const { json } = await get('/dossiers?limit=1', COUNTER);
    for (const code of codes(await get(`/dossiers?limit=200&cursor=${String(json.next)}`)))
      assert.match(code, /^000\.31\.02\./);
    for (const what of ['AAAA', forged('time', at), forged('name', 1, 'x'), forged('time', "' OR 1=1", id)])
      assert.equal((await get(`/dossiers?cursor=${what}`)).status, 400, what);
  });

  it('lists by the unit of others only what one holds of it oneself', async () => {
    for (const unit of [UNIT.commune, UNIT.district, UNIT.province])
      assert.deepEqual(codes(await get(`/dossiers?unit=${unit}`)), [], unit);
    assert.ok(codes(await get(`/dossiers?unit=${UNIT.commune}`, COUNTER)).includes(theirs));
  });
});

/** The answer, and how many statements were sent to the database for it. */
async function counted(ask: () => Promise<Answer>): Promise<[Answer, number]> {
  const { query } = pg.Client.prototype;
  let sent = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]): never {
    sent += 1;
    return (query as (...all: unknown[]) => never).apply(this, given);
  } as typeof query;
  try {
    return [await ask(), sent];
  } finally {
    pg.Client.prototype.query = query;
  }
}
