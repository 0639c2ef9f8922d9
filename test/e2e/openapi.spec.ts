import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { PERSONAL_FIELDS } from '#libs/dossier';
import { CAPABILITIES, COMMANDS } from '#libs/workflow';
import { ROUTES, accessOf } from '../../apps/api/access/routes.js';
import { HEAD, filing, startBench, type Answer, type Bench } from './support.js';

interface Operation {
  operationId: string;
  security: unknown[];
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { content?: Record<string, { schema: { $ref: string } }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown>; required?: string[] }> };
}

describe('the OpenAPI document and its page', () => {
  let bench: Bench;
  let document: Document;
  const open = (path: string): Promise<Answer> => bench.call('GET', path, { officer: null });
  before(async () => {
    bench = await startBench();
    document = (await open('/api/v1/openapi.json')).json as unknown as Document;
  });
  after(() => bench.close());

  it('is OpenAPI 3.1 and valid', async () => {
    assert.match(document.openapi, /^3\.1\./);
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    assert.deepEqual([result.valid, result.errors], [true, undefined]);
    assert.equal(validator.version, '3.1');
    assert.doesNotMatch(JSON.stringify(document), /"nullable"/);
  });

  it('describes every route that there is, each command with a body of its own', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const undescribed = ['GET /session/oidc/callback', 'GET /openapi.json'];
    const routes = Object.keys(ROUTES)
      .filter((route) => route.includes(' /api/v1/'))
      .map((route) => route.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}'))
      .filter((route) => !undescribed.includes(route) && !route.includes('/commands/'));
    assert.ok(routes.length > 25);
    assert.deepEqual(described.filter((one) => !one.includes('/commands/')).sort(), routes.sort());
    const commands = described.flatMap((one) => /\/commands\/(\w+)$/.exec(one)?.[1] ?? []);
    assert.deepEqual(commands.sort(), COMMANDS.filter((name) => name !== 'submit').sort());
  });

  it('leads nowhere: every reference in it is to something in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      (one) => one[1]!,
    );
    assert.ok(references.length > 50);
    assert.deepEqual(
      references.filter((name) => !(name in document.components.schemas)),
      [],
    );
  });

  it('says who must be named and which headers a command needs', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { may } = accessOf(method, path);
        assert.equal(operation.security.length, may === 'public' ? 0 : 2, path);
        const acts = Object.hasOwn(CAPABILITIES, may);
        const names = operation.parameters?.map((one) => one.name) ?? [];
        assert.equal(names.includes('X-Motcua-Position'), acts, path);
        assert.ok(operation.responses.default?.content?.['application/problem+json'], path);
        if (!/\/dossiers(\/\{code\}\/commands\/\w+)?$/.test(path) || method !== 'post') continue;
        const key = operation.parameters?.find((one) => one.name === 'Idempotency-Key');
        assert.deepEqual([key?.in, key?.required], ['header', true], path);
      }
    }
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  it('marks as personal what the list of personal fields names, and nothing else', () => {
    const { Applicant } = document.components.schemas;
    const marked = Object.entries(Applicant!.properties ?? {}).filter(
      ([, field]) => 'x-personal' in (field as object),
    );
    assert.deepEqual(marked.map(([name]) => name).sort(), Object.keys(PERSONAL_FIELDS).sort());
  });

  it('says of each field what the API then holds the caller to', () => {
    const submit = document.components.schemas.Submit!;
    assert.deepEqual(submit.required?.sort(), ['applicant', 'channel', 'procedure']);
    assert.deepEqual(document.components.schemas.Refuse!.required, ['reason']);
    assert.equal(
      (document.components.schemas.Refuse!.properties!.reason as { maxLength: number }).maxLength,
      1000,
    );
  });

  it('answers have the fields that the document promises', async () => {
    const filed = await bench.call('POST', '/api/v1/dossiers', { body: filing() });
    const code = filed.json.code as string;
    const received = await bench.act(code, 'receive');
    const live: [string, Record<string, unknown>][] = [
      ['Accepted', { ...received.json, receiptSecret: filed.json.receiptSecret }],
      ['Dossier', (await bench.call('GET', `/api/v1/dossiers/${code}`)).json],
      ['DossierPage', (await bench.call('GET', '/api/v1/dossiers')).json],
      ['Actions', (await bench.call('GET', `/api/v1/dossiers/${code}/actions`)).json],
      ['History', (await bench.call('GET', `/api/v1/dossiers/${code}/history`)).json],
      ['Deadline', (await bench.call('GET', `/api/v1/dossiers/${code}/deadline`)).json],
      ['Procedures', (await open('/api/v1/procedures')).json],
      ['Procedure', (await open('/api/v1/procedures/1.000001')).json],
      ['Units', (await open('/api/v1/units')).json],
      [
        'QuarterReport',
        (
          await bench.call('GET', '/api/v1/reports/quarterly?from=2019-01-01&until=2019-02-01', {
            officer: HEAD,
          })
        ).json,
      ],
      ['Backlog', (await bench.call('GET', '/api/v1/reports/backlog', { officer: HEAD })).json],
    ];
    for (const [name, answer] of live) {
      const schema = document.components.schemas[name]!;
      assert.deepEqual(Object.keys(answer).sort(), Object.keys(schema.properties!).sort(), name);
      const missing = schema.required!.filter((field) => !(field in answer));
      assert.deepEqual(missing, [], name);
    }
    const refused = (await bench.call('POST', `/api/v1/dossiers/${code}/commands/receive`)).json;
    const problem = document.components.schemas.Problem!;
    assert.deepEqual(
      Object.keys(refused).filter((field) => !(field in problem.properties!)),
      [],
    );
  });

  it('GET /docs is a page that loads from this host only, with no script in the page itself', async () => {
    const page = await open('/docs');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type')!, /^text\/html/);
    const policy = page.headers.get('content-security-policy')!;
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.doesNotMatch(page.text, /(?:https?:)?\/\/[\w.]|<script>|<style|\son\w+=|style=/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((one) => one[1]!);
    assert.ok(loaded.length >= 4);
    for (const path of loaded) {
      assert.match(path, /^\/docs\//);
      const asset = await open(path);
      assert.equal(asset.status, 200, path);
      assert.equal(asset.headers.get('x-content-type-options'), 'nosniff');
    }
    assert.match((await open('/docs/start.js')).text, /validatorUrl: null/);
    assert.equal((await open('/')).headers.get('location'), '/docs');
  });

  it('serves no other file of the package, and none above it', async () => {
    for (const path of [
      '/docs/index.html',
      '/docs/package.json',
      '/docs/../package.json',
      '/docs/%2e%2e%2fpackage.json',
    ]) {
      assert.equal((await open(path)).status, 404, path);
    }
  });
});
