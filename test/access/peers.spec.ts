import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CAPABILITIES } from '#libs/workflow';
import { accessOf, ROUTES, type RouteAccess } from '../../apps/api/access/routes.js';
import {
  CARRIER,
  COUNTER,
  HEAD,
  PORTAL,
  SPECIALIST,
  UNIT,
  assertProblem,
  filing,
  startBench,
  type Answer,
  type Bench,
} from '../e2e/support.js';
import { seat } from './ground.js';
import { APPLICANT } from './places.js';

/*
 * What went wrong in systems like this one, each as a test of its own. They are named for what was reported of them; the
 * tests are of our own equivalents.
 */

const TOP = `administrator-1@${UNIT.province}`;
/** Somebody of each role that stands first in a line of the table. */
const OF_ROLE: Readonly<Record<string, string>> = {
  citizen: COUNTER,
  counter: COUNTER,
  head: HEAD,
  supervisor: `supervisor-1@${UNIT.commune}`,
  administrator: TOP,
  auditor: `auditor-1@${UNIT.province}`,
};
const NEIGHBOUR = `counter-1@${UNIT.otherCommune}`;

describe('known defects of others', () => {
  let bench: Bench;
  let code: string;
  let paths: [method: string, path: string, parameters: { in: string; name: string }[]][];
  before(async () => {
    bench = await startBench();
    code = await bench.file({ applicant: APPLICANT, returnBy: 'postal' });
    const { json } = await bench.call('GET', '/api/v1/openapi.json', { officer: null });
    const all = json.paths as Record<string, Record<string, { parameters: { in: string; name: string }[] }>>;
    paths = Object.entries(all).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters }]): (typeof paths)[0] => [
        method.toUpperCase(),
        path,
        parameters,
      ]),
    );
  });
  after(() => bench?.close());

  const get = (path: string, officer: string | null = COUNTER, headers = {}): Promise<Answer> =>
    bench.call('GET', `/api/v1${path}`, { officer, headers });
  const post = (
    path: string,
    body: object,
    officer: string | null = COUNTER,
    headers = {},
  ): Promise<Answer> => bench.call('POST', `/api/v1${path}`, { officer, body, headers });
  const codes = ({ json }: Answer): string[] => (json.items as { code: string }[]).map((one) => one.code);

  // CVE-2026-54657, GHSA-f29q-7rpr-jmjx: POST …/_zoek answered with what the token had no right to, the list did not.
  it('Open Zaak, search: what is searched for by POST is held to the same scope as what is listed by GET', async () => {
    const asks = [
      {},
      { text: code },
      { text: APPLICANT.name },
      { text: APPLICANT.paperNumber },
      { unit: UNIT.commune },
      { state: 'submitted' },
    ];
    for (const body of asks) {
      assert.deepEqual(codes(await post('/dossiers/search', body, NEIGHBOUR)), [], JSON.stringify(body));
      assert.deepEqual(codes(await post('/dossiers/search', body)), [code], JSON.stringify(body));
    }
    // Whoever may list and not search is refused by the same table, and not given an empty page.
    assertProblem(await post('/dossiers/search', {}, `supervisor-1@${UNIT.commune}`), 403, 'not_your_role');
    assertProblem(await post('/dossiers/search', {}, CARRIER), 403, 'not_your_role');
    // Nothing in the body widens it.
    for (const field of ['scope', 'ids', 'uuid__in', 'officer', 'all'])
      assertProblem(
        await post('/dossiers/search', { [field]: [code] }, NEIGHBOUR),
        422,
        'unknown_field',
        field,
      );
  });

  it('Open Zaak, expand: no parameter pulls in what has an address, and a right, of its own', async () => {
    const strays = [
      'expand',
      '_expand',
      'include',
      'fields',
      'embed',
      'with',
      'format',
      '$expand',
      'unit_id',
      'scope',
      'officer',
    ];
    for (const [method, path, known] of paths) {
      // Where one signs in at a provider, the address is the provider's to write.
      if (method !== 'GET' || path === '/api/v1/session/oidc') continue;
      const address = path.replace('{code}', path.includes('procedures') ? '1.000001' : code);
      const { may } = accessOf(method, path);
      const officer = OF_ROLE[may === 'public' || may === 'signedIn' ? 'counter' : CAPABILITIES[may][0]];
      for (const name of strays) {
        if (known.some((one) => one.in === 'query' && one.name === name)) continue;
        assertProblem(
          await bench.call('GET', `${address}?${encodeURIComponent(name)}=applicant`, { officer }),
          400,
          'unknown_field',
          name,
        );
      }
    }
    // The whole of a dossier is one flat view: who may read it and not its history is told nothing of the history.
    const { json } = await get(`/dossiers/${code}`, CARRIER);
    const nested = Object.entries(json).filter(([, value]) => value !== null && typeof value === 'object');
    assert.deepEqual(nested.map(([name]) => name).sort(), [
      'applicant',
      'competentUnit',
      'currentUnit',
      'label',
      'procedure',
      'receivingUnit',
    ]);
    assert.equal((json.applicant as { masked: boolean }).masked, true);
    assertProblem(await get(`/dossiers/${code}/history`, CARRIER), 403, 'not_your_role');
    assertProblem(await get(`/dossiers/${code}/history`, PORTAL), 403, 'not_your_role');
  });

  it('Open Zaak, export: nothing is given out in another form, or page by page, beyond what is seen one by one', async () => {
    const own = await post('/dossiers', filing(), NEIGHBOUR);
    await post('/dossiers', filing(), NEIGHBOUR);
    for (const accept of ['text/csv', 'application/xml', 'application/zip', 'application/x-ndjson', '*/*']) {
      const answer = await get('/dossiers', NEIGHBOUR, { accept });
      assert.match(answer.headers.get('content-type')!, /^application\/json/, accept);
      assert.equal(answer.headers.get('content-disposition'), null);
      assert.ok(!answer.text.includes(code) && codes(answer).includes(own.json.code as string), accept);
    }
    const seen: string[] = [];
    for (let next: unknown = ''; next !== null;) {
      const page = await get(`/dossiers?limit=1${next === '' ? '' : `&cursor=${String(next)}`}`, NEIGHBOUR);
      seen.push(...codes(page));
      next = page.json.next;
    }
    assert.equal(seen.length, 2);
    assert.ok(!seen.includes(code));
    assertProblem(await get('/dossiers?limit=201', NEIGHBOUR), 400, 'number_out_of_range', 'limit');
    // The only addresses that give out more than a page are the reports, and those hold numbers.
    assert.deepEqual(
      Object.keys(ROUTES).filter((route) => /export|download|dump|csv|all\b/.test(route)),
      [],
    );
  });

  it('demarches-simplifiees: nobody adds himself to a unit or takes a position, not even an administrator', async () => {
    const to = (login: string, role = 'head', unit: string = UNIT.commune): object => ({ login, role, unit });
    for (const officer of [
      COUNTER,
      SPECIALIST,
      HEAD,
      `supervisor-1@${UNIT.province}`,
      `auditor-1@${UNIT.province}`,
      CARRIER,
    ]) {
      assertProblem(await post('/positions', to(officer), officer), 403, 'not_your_role');
      assertProblem(await post('/accounts', { login: 'x.y' }, officer), 403, 'not_your_role');
      assertProblem(await post(`/positions/${HEAD}/end`, {}, officer), 403, 'not_your_role');
    }
    const positions = async (): Promise<number> =>
      ((await get('/positions', TOP)).json.items as unknown[]).length;
    const before = await positions();
    const { accountNo } = bench.reference.units.officer(TOP)!;
    for (const login of [TOP, ` ${TOP} `, TOP.normalize('NFD')])
      for (const role of ['head', 'supervisor', 'auditor', 'administrator', 'postal'])
        assertProblem(await post('/positions', to(login, role, UNIT.province), TOP), 403, 'not_for_yourself');
    for (const path of [`/accounts/${accountNo}/password`, `/accounts/${accountNo}/disable`])
      assertProblem(await post(path, {}, TOP), 403, 'not_for_yourself');
    for (const more of [
      { account: accountNo },
      { person: accountNo },
      { by: null },
      { code: HEAD },
      { servesAll: true },
    ])
      assertProblem(await post('/positions', { ...to(COUNTER), ...more }, TOP), 422, 'unknown_field');
    assert.equal(await positions(), before);
  });

  it('demarches-simplifiees: who administers one unit gives nobody a role that sees into all of them, nor takes one over', async () => {
    const administrator = await seat(bench, 'administrator', UNIT.commune);
    const auditor = await seat(bench, 'auditor', UNIT.commune);
    const { rows } = await bench.database.app.query<{ no: number }>(
      'SELECT account_no AS no FROM motcua.officer WHERE code = $1',
      [auditor],
    );
    const accountNo = rows[0]!.no;
    const wish = { login: `counter-2@${UNIT.commune}`, unit: UNIT.commune };
    for (const role of ['auditor', 'catalogueManager', 'postal'])
      assertProblem(await post('/positions', { ...wish, role }, administrator), 403, 'unit_out_of_reach');
    for (const path of [`/accounts/${accountNo}/password`, `/accounts/${accountNo}/disable`])
      assertProblem(await post(path, {}, administrator), 404, 'account_unknown');
    assertProblem(await post(`/positions/${auditor}/end`, {}, administrator), 403, 'unit_out_of_reach');
    const own = await post('/positions', { ...wish, role: 'supervisor' }, administrator);
    assert.equal(own.status, 201, own.text);
    assert.equal((await post('/positions', { ...wish, role: 'auditor' }, TOP)).status, 201);
  });

  it('demarches-simplifiees: nobody hands himself, or another, what is not his own to hand on', async () => {
    const days = { from: '2019-03-18', until: '2019-03-25' };
    for (const officer of [COUNTER, SPECIALIST, HEAD])
      assertProblem(
        await post('/delegations', { to: officer, ...days }, officer),
        422,
        'delegation_to_oneself',
        'to',
      );
    // A counter takes the head's position by naming it; the head hands on a position that is a colleague's.
    for (const [officer, position] of [
      [COUNTER, HEAD],
      [HEAD, COUNTER],
      [HEAD, `head-1@${UNIT.district}`],
    ] as const) {
      const answer = await post('/delegations', { to: SPECIALIST, ...days }, officer, {
        'x-motcua-position': position,
      });
      assertProblem(answer, 403, 'position_not_yours', 'X-Motcua-Position');
    }
    for (const officer of [TOP, `supervisor-1@${UNIT.province}`, `auditor-1@${UNIT.province}`, PORTAL])
      assertProblem(await post('/delegations', { to: COUNTER, ...days }, officer), 403, 'not_your_role');
    for (const more of [{ position: HEAD }, { principal: 1 }, { delegate: 1 }, { scope: 'all' }])
      assertProblem(await post('/delegations', { to: SPECIALIST, ...days, ...more }), 422, 'unknown_field');
    const session = await get('/session', SPECIALIST);
    assert.deepEqual(session.json.actsFor, []);
  });

  it('DIGIT: no check is commented out, every address but the public ones refuses whoever is not signed in', async () => {
    const open = [
      'procedures',
      'procedures/{code}',
      'units',
      'lookup',
      'session',
      'token',
      'session/oidc',
    ].map((path) => `/api/v1/${path}`);
    const addresses = [
      ...paths.map(([method, path]) => ({ method, path })),
      { method: 'HEAD', path: '/api/v1/dossiers' },
      { method: 'HEAD', path: `/api/v1/dossiers/${code}` },
    ];
    for (const { method, path } of addresses) {
      const isOpen = open.includes(path) && (path !== '/api/v1/session' || method === 'POST');
      if (isOpen) continue;
      const address = path.replace('{code}', code).replace(/\{\w+\}/g, '1');
      for (const officer of [null, 'nonsense', 'forged'] as const) {
        const headers: Record<string, string> = {
          ...WAYS_ROUND,
          ...(officer === 'nonsense' && { authorization: 'Bearer x' }),
          ...(officer === 'forged' && { 'x-motcua-position': TOP, 'x-officer': TOP, 'x-user': TOP }),
        };
        const answer = await bench.call(method, address, {
          officer: null,
          headers,
          ...(method === 'POST' && { body: {} }),
        });
        assert.equal(answer.status, 401, `${method} ${path}: ${answer.text}`);
      }
    }
  });

  it('DIGIT: an operation without a line in the table keeps the API from starting, and so does a line without one', async () => {
    const table = ROUTES as Record<string, RouteAccess>;
    for (const line of [
      'GET /api/v1/dossiers/:code',
      'POST /api/v1/dossiers/search',
      'POST /api/v1/commands',
      'GET /metrics',
      'POST /api/v1/dossiers/:code/commands/:command',
    ]) {
      const access = table[line]!;
      delete table[line];
      try {
        await assert.rejects(bench.another(), { name: 'TypeError', message: /no line/ }, line);
      } finally {
        table[line] = access;
      }
    }
    table['GET /api/v1/nowhere'] = { may: 'public' };
    try {
      await assert.rejects(bench.another(), {
        name: 'TypeError',
        message: /no route for GET \/api\/v1\/nowhere/,
      });
    } finally {
      delete table['GET /api/v1/nowhere'];
    }
  });
});

/** Headers by which others let a request pass as if it came from within. */
const WAYS_ROUND = {
  'x-forwarded-for': '127.0.0.1',
  'x-original-url': '/api/v1/units',
  'x-rewrite-url': '/api/v1/units',
  'x-http-method-override': 'OPTIONS',
  'x-motcua-position': COUNTER,
};
