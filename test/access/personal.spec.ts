import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Capability } from '#libs/workflow';
import {
  CARRIER,
  COUNTER,
  HEAD,
  ITEM,
  POST,
  SPECIALIST,
  UNIT,
  filing,
  type Answer,
  type Bench,
} from '../e2e/support.js';
import { can } from './expected.js';
import { openGround } from './ground.js';
import { PEOPLE, sees, type Person } from './people.js';
import { LINES } from './walk.js';

/** An applicant whom nothing else can be taken for. */
const APPLICANT = {
  name: 'Zảmbi Thị Quặcquặc',
  paperNumber: '084099313131',
  address: 'Ngõ Zích 7, Xã Đầm Sen',
  phone: '0977313131',
  email: 'quacquac.zambi@example.vn',
};
/** What stands nowhere but in whole personal data: the masks leave none of it. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  name: ['Quặcquặc', 'quacquac', 'Thị Qu', 'Thi Qu'],
  rest: [
    '084099313131',
    '4099313',
    'Ngõ Zích',
    'Ngo Zich',
    '0977313131',
    '77313',
    'quacquac.zambi',
    'uacquac.z',
  ],
  written: ['MẨUCHUYỆNRIÊNG'],
};
const FREE = 'MẨUCHUYỆNRIÊNG';
const HANDS = { receiving: UNIT.commune, competent: UNIT.commune, passed: [], post: true };

/** What an operation may show to whom, by the table: parts of {@link WHOLE}; and what the log calls that. */
const SHOWS: Readonly<Record<string, { with: Capability; parts: string[]; what: string }>> = {
  list: { with: 'namesInLists', parts: ['name'], what: 'list' },
  search: { with: 'namesInLists', parts: ['name'], what: 'search' },
  get: { with: 'readApplicant', parts: ['name', 'rest'], what: 'view' },
  history: { with: 'readApplicant', parts: ['written'], what: 'history' },
  applicant: { with: 'revealApplicant', parts: ['name', 'rest'], what: 'reveal' },
};

describe('personal data, asked for by every role through every operation', () => {
  let bench: Bench;
  let code: string;
  let secret: string;
  let operations: { id: string; method: string; path: string }[];
  before(async () => {
    bench = await openGround();
    const filed = await bench.call('POST', '/api/v1/dossiers', {
      body: filing({ applicant: APPLICANT, returnBy: 'postal' }),
    });
    [code, secret] = [filed.json.code as string, filed.json.receiptSecret as string];
    await liveThrough(bench, code);
    const { json } = await bench.call('GET', '/api/v1/openapi.json', { officer: null });
    operations = Object.entries(
      json.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
      })),
    );
    const order = Object.keys(LINES);
    operations.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  });
  after(() => bench?.close());

  /** The parts of the personal data that an answer holds anywhere: body, headers, and what is packed in its cursors. */
  const partsIn = ({ text, headers, json }: Answer): string[] => {
    const packed = [json.next, headers.get('location')].filter((one) => typeof one === 'string');
    const all = [
      text,
      JSON.stringify([...headers]),
      ...packed,
      ...packed.map((one) => Buffer.from(one, 'base64url').toString()),
    ];
    const told = all
      .map((one) => one + decoded(one))
      .join('\n')
      .normalize('NFC')
      .toLowerCase();
    return Object.keys(WHOLE).filter((part) =>
      WHOLE[part]!.some((mark) => told.includes(mark.toLowerCase())),
    );
  };
  const lines = async (officer: string): Promise<{ what: string; dossiers: string[] }[]> => {
    const auditor = `auditor-1@${UNIT.province}`;
    const { json } = await bench.call('GET', `/api/v1/access-log?limit=200&officer=${officer}`, {
      officer: auditor,
    });
    return json.items as { what: string; dossiers: string[] }[];
  };
  const ask = (id: string, method: string, path: string, person: Person): Promise<Answer> => {
    const ask = LINES[id]!.ask(
      { dossier: code, account: '1', login: HEAD, position: HEAD, delegation: '1' },
      person,
    );
    const body =
      id === 'search' ? { text: 'zambi', limit: 1 } : id === 'lookup' ? { code, secret } : ask.body;
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.params![name]!));
    return bench.call(method, `${address}${ask.query ?? ''}`, {
      officer: person.code,
      ...(body !== undefined && { body }),
    });
  };

  it('is shown whole to whom the table gives it, and to nobody else; each look leaves its line', async () => {
    let looks = 0;
    for (const { id, method, path } of operations) {
      for (const person of PEOPLE) {
        const logged = person.code === null ? [] : await lines(person.code);
        const answer = await ask(id, method, path, person);
        const shows = SHOWS[id];
        const maySee = shows !== undefined && can(person, shows.with) && sees(person, HANDS);
        const said = `${person.code} ${id} ${answer.status}: ${answer.text.slice(0, 400)}`;
        assert.deepEqual(partsIn(answer), maySee ? shows.parts : [], said);
        if (person.code === null || id === 'signOut') continue;
        const fresh = (await lines(person.code)).slice(0, -logged.length || undefined);
        assert.deepEqual(
          fresh.map(({ what, dossiers }) => [what, dossiers]),
          maySee ? [[shows.what, [code]]] : [],
          said,
        );
        looks += fresh.length;
      }
    }
    // Four who work on it, by four ways; three supervisors above it, by one.
    assert.equal(looks, 19);
  });

  it('is in no public look-up, though the secret is right', async () => {
    const answer = await bench.call('POST', '/api/v1/lookup', { officer: null, body: { code, secret } });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(partsIn(answer), []);
    assert.doesNotMatch(answer.text, /Zảmbi|applicant|example\.vn|•/);
  });

  it('is said again by no error: not the text searched for, nor what was filed wrongly', async () => {
    const bad = [
      { path: '/dossiers', body: filing({ applicant: { ...APPLICANT, extra: APPLICANT.name } }) },
      { path: '/dossiers', body: filing({ applicant: { ...APPLICANT, phone: APPLICANT.phone.repeat(20) } }) },
      {
        path: '/dossiers',
        body: filing({ applicant: APPLICANT, channel: APPLICANT.name, procedure: APPLICANT.paperNumber }),
      },
      {
        path: '/dossiers/search',
        body: { text: APPLICANT.name, state: APPLICANT.name, unit: APPLICANT.name },
      },
      {
        path: '/dossiers/search',
        body: { text: APPLICANT.name, cursor: Buffer.from(APPLICANT.name).toString('base64url') },
      },
      {
        path: `/dossiers/${code}/commands/amend`,
        body: { field: APPLICANT.name, value: APPLICANT.paperNumber },
      },
      { path: `/dossiers/${code}/applicant`, body: { reason: '', [APPLICANT.phone]: 1 } },
      {
        path: '/commands',
        body: [{ command: 'submit', key: 'k', payload: filing({ applicant: APPLICANT, procedure: 'x' }) }],
      },
      { path: '/lookup', body: { code: APPLICANT.name, secret: APPLICANT.paperNumber } },
    ];
    for (const { path, body } of bad)
      for (const { code: officer } of PEOPLE) {
        const answer = await bench.call('POST', `/api/v1${path}`, { officer, body });
        // The name of a field that is not known is said again: it is the sender's own, and no field of ours.
        const plain = { ...answer, text: answer.text.replaceAll(APPLICANT.phone, '') };
        assert.deepEqual(partsIn(plain), [], `${officer} ${path}: ${answer.text}`);
      }
    assert.deepEqual(bench.logged, []);
  });
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** Through commands that leave freely written words in every field that takes them. */
async function liveThrough(bench: Bench, code: string): Promise<void> {
  const steps: [command: string, officer: string, body?: object][] = [
    ['requestSupplement', COUNTER, { reason: FREE, documents: [FREE] }],
    ['supplement', COUNTER, { documents: [FREE] }],
    ['receive', COUNTER],
    ['requestPayment', COUNTER, { amount: 8000, reason: FREE }],
    ['confirmPayment', COUNTER, { amount: 8000, method: FREE, receipt: FREE }],
    ['startProcessing', COUNTER],
    ['suspend', SPECIALIST, { reason: FREE }],
    ['resume', SPECIALIST],
    ['completeStep', SPECIALIST],
    ['returnToStep', SPECIALIST, { step: 'verify', reason: FREE }],
    ['completeStep', SPECIALIST],
    ['completeStep', SPECIALIST],
    ['amend', COUNTER, { field: 'phone', value: APPLICANT.phone }],
    ['resolve', HEAD, { outcome: 'approved', reason: FREE, number: FREE }],
    ['handToPost', COUNTER, { itemNumber: ITEM, carrier: FREE }],
    ['recordPostEvent', POST, { itemNumber: ITEM, event: 'EMG', office: FREE, carrierAt: FREE }],
    [
      'recordPostEvent',
      CARRIER,
      { itemNumber: ITEM, event: 'EMH', action: 'tryAgain', reason: FREE, office: FREE },
    ],
  ];
  for (const [command, officer, body] of steps) await bench.act(code, command, officer, body ?? {});
}
