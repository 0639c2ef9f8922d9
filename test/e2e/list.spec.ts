import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HEAD, PROCEDURE, UNIT, assertProblem, startBench, type Bench } from './support.js';

interface Item {
  code: string;
  state: string;
  applicant: Record<string, string>;
}

describe('GET /dossiers', () => {
  let bench: Bench;
  const page = async (query: string): Promise<{ items: Item[]; next: string | null }> => {
    const { text, ...rest } = Object.fromEntries(new URLSearchParams(query));
    const { limit, ...others } = rest;
    const body = { ...others, ...(limit !== undefined && { limit: Number(limit) }), text };
    const answer =
      text === undefined
        ? await bench.call('GET', `/api/v1/dossiers${query}`, { officer: HEAD })
        : await bench.call('POST', '/api/v1/dossiers/search', { body, officer: HEAD });
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as { items: Item[]; next: string | null };
  };
  const names = async (query: string): Promise<string[]> =>
    (await page(query)).items.map((item) => item.applicant.name!);
  const NAMES = [
    'Nguyễn Văn Đức',
    'Trần Thị Ánh',
    'Nguyễn Văn An',
    'Nguyễn Văn Ân',
    'Nguyễn Văn Dũng',
    'Lê Văn Nguyên',
  ];

  before(async () => {
    bench = await startBench();
    const codes: string[] = [];
    for (const name of NAMES)
      codes.push(await bench.file({ applicant: { name, paperNumber: `P-${name.length}` } }));
    await bench.act(codes[0]!, 'receive');
    await bench.act(codes[1]!, 'receive');
    await bench.act(codes[1]!, 'startProcessing');
    await bench.call('POST', '/api/v1/dossiers', {
      officer: `portal@${UNIT.province}`,
      body: {
        procedure: PROCEDURE.joint,
        channel: 'online',
        competentUnit: UNIT.department,
        applicant: { name: 'Phạm Văn Xa' },
      },
    });
  });
  after(() => bench.close());

  it('finds "nguyen van" in "Nguyễn Văn", in the order of a Vietnamese dictionary', async () => {
    const found = await names('?text=nguyen%20van');
    const byName = found.filter((name) => name.startsWith('Nguyễn Văn'));
    assert.deepEqual(byName, ['Nguyễn Văn An', 'Nguyễn Văn Ân', 'Nguyễn Văn Dũng', 'Nguyễn Văn Đức']);
    assert.deepEqual(await names('?text=nguy%E1%BB%85n%20v%C4%83n%20%C4%91%E1%BB%A9c'), ['Nguyễn Văn Đức']);
    assert.deepEqual(await names('?text=NGUYEN%20VAN%20DUC'), ['Nguyễn Văn Đức']);
    assert.deepEqual(await names('?text=nobody'), []);
  });

  it('shows of the applicant the name and nothing else', async () => {
    const { items } = await page('');
    for (const item of items) assert.deepEqual(Object.keys(item.applicant), ['name']);
  });

  it('narrows by state, unit, procedure, channel and what is due', async () => {
    assert.deepEqual(await names('?state=received'), ['Nguyễn Văn Đức']);
    assert.deepEqual(await names('?state=processing'), ['Trần Thị Ánh']);
    assert.deepEqual(await names(`?unit=${UNIT.department}`), []);
    assert.deepEqual(await names(`?procedure=${PROCEDURE.joint}`), []);
    assert.deepEqual(await names('?channel=online'), []);
    assert.equal((await names(`?unit=${UNIT.commune}`)).length, NAMES.length);
    const due = await names('?dueBefore=2019-03-22T00:00:00%2B07:00');
    assert.deepEqual(due.sort(), ['Nguyễn Văn Đức', 'Trần Thị Ánh']);
    assert.deepEqual(await names('?dueBefore=2019-03-19T00:00:00Z'), []);
    assert.deepEqual(await names('?overdue=true'), []);
    assert.equal((await names('?overdue=false&limit=200')).length, NAMES.length);
  });

  it('gives every dossier once, page after page, whatever the order', async () => {
    for (const query of ['', '&text=van']) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const { items, next }: { items: Item[]; next: string | null } = await page(
          `?limit=2${query}${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...items.map((item) => item.code));
        cursor = next;
      } while (cursor !== null);
      assert.equal(new Set(seen).size, seen.length);
      assert.equal(seen.length, (await page(`?limit=200${query}`)).items.length);
    }
  });

  it('carries no name in a cursor', async () => {
    const { next } = await page('?limit=2&text=nguyen');
    assert.doesNotMatch(Buffer.from(next!, 'base64url').toString('utf8'), /Nguy/);
  });

  it('shows nothing of another unit', async () => {
    const officer = `head-1@${UNIT.otherCommune}`;
    const list = await bench.call('GET', '/api/v1/dossiers', { officer });
    assert.deepEqual(list.json, { items: [], next: null });
    const search = await bench.call('POST', '/api/v1/dossiers/search', { officer, body: { text: 'nguyen' } });
    assert.deepEqual(search.json, { items: [], next: null });
  });

  it('refuses conditions that it does not understand, and does not repeat the search in the answer', async () => {
    const refused: [string, string, string][] = [
      ['?state=gone', 'unknown_state', 'state'],
      ['?unit=000.99.99.H59', 'unknown_unit', 'unit'],
      ['?procedure=x', 'unknown_procedure', 'procedure'],
      ['?channel=pigeon', 'unknown_channel', 'channel'],
      ['?dueBefore=soon', 'moment_not_understood', 'dueBefore'],
      ['?overdue=perhaps', 'not_one_of', 'overdue'],
      ['?text=an', 'unknown_field', 'text'],
      ['?limit=0', 'number_out_of_range', 'limit'],
      ['?limit=201', 'number_out_of_range', 'limit'],
      ['?limit=many', 'field_not_understood', 'limit'],
      ['?cursor=nonsense', 'cursor_not_understood', 'cursor'],
      ['?state=received&state=refused', 'unknown_state', 'state'],
      ['?colour=red', 'unknown_field', 'colour'],
    ];
    for (const [query, code, field] of refused) {
      assertProblem(await bench.call('GET', `/api/v1/dossiers${query}`), 400, code, field);
    }
    const bad: [object, number, string, string][] = [
      [{ text: '' }, 400, 'text_not_understood', 'text'],
      [{ text: 'a\0b' }, 422, 'control_characters', 'text'],
      [{ text: 'x'.repeat(201) }, 422, 'text_too_long', 'text'],
      [{ text: 'an', colour: 'red' }, 422, 'unknown_field', 'colour'],
    ];
    for (const [body, status, code, field] of bad)
      assertProblem(await bench.call('POST', '/api/v1/dossiers/search', { body }), status, code, field);
  });
});
