import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, startBench, type Bench } from './support.js';

interface Procedure {
  code: string;
  name: string;
  level: string;
  channels: string[];
}
interface Unit {
  code: string;
  name: string;
  level: string;
  parent: string | null;
}

describe('the catalogue, with the whole province', () => {
  let bench: Bench;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await bench.call('GET', `/api/v1${path}`, { officer: null });
    assert.equal(answer.status, 200, answer.text);
    return answer.json as T;
  };
  before(async () => {
    bench = await startBench({ full: true });
  });
  after(() => bench.close());

  describe('GET /procedures', () => {
    it('asks nobody who they are, and lists all 1,995 page by page', async () => {
      const seen = new Set<string>();
      let cursor: string | null = null;
      do {
        const query: string = cursor === null ? '' : `&cursor=${cursor}`;
        const page = await get<{ items: Procedure[]; next: string | null }>(`/procedures?limit=200${query}`);
        for (const one of page.items) seen.add(one.code);
        cursor = page.next;
      } while (cursor !== null);
      assert.equal(seen.size, 1995);
    });

    it('is found by words without accents, in any order, and by the beginning of a code', async () => {
      const codes = async (query: string): Promise<string[]> =>
        (await get<{ items: Procedure[] }>(`/procedures?limit=200&${query}`)).items.map((one) => one.code);
      assert.ok((await codes('text=dang%20ky%20khai%20sinh')).includes('1.001193'));
      assert.ok((await codes('text=SINH%20khai%20Dang')).includes('1.001193'));
      assert.deepEqual(await codes('text=1.001193'), ['1.001193']);
      assert.deepEqual(await codes('text=zzz'), []);
    });

    it('narrows by level, sector and channel', async () => {
      const { items } = await get<{ items: Procedure[] }>(
        '/procedures?level=commune&channel=online&limit=200',
      );
      assert.ok(items.length > 10);
      assert.ok(items.every((one) => one.level === 'commune' && one.channels.includes('online')));
      assert.ok(
        (await get<{ items: Procedure[] }>('/procedures?sector=H%E1%BB%99%20t%E1%BB%8Bch')).items.length > 5,
      );
    });

    it('refuses what it does not understand', async () => {
      const refused: [string, string, string][] = [
        ['?channel=pigeon', 'unknown_channel', 'channel'],
        ['?limit=0', 'number_out_of_range', 'limit'],
        ['?cursor=9.999999', 'cursor_not_understood', 'cursor'],
        ['?colour=red', 'unknown_field', 'colour'],
      ];
      for (const [query, code, field] of refused) {
        assertProblem(
          await bench.call('GET', `/api/v1/procedures${query}`, { officer: null }),
          400,
          code,
          field,
        );
      }
    });
  });

  describe('GET /procedures/:code', () => {
    it('shows a procedure with its papers and its steps', async () => {
      const one = await get<
        Procedure & { definition: { steps: unknown[]; certainty: string }; documents: unknown[] }
      >('/procedures/1.001193');
      assert.deepEqual([one.code, one.level], ['1.001193', 'commune']);
      assert.ok(one.definition.steps.length > 0);
      assert.equal(one.definition.certainty, 'assumed');
    });

    it('is not there under an unknown code', async () => {
      for (const code of ['9.999999', 'x'.repeat(150), '%00']) {
        assertProblem(
          await bench.call('GET', `/api/v1/procedures/${code}`, { officer: null }),
          404,
          'procedure_not_found',
        );
      }
    });
  });

  describe('GET /units', () => {
    it('lists the province: 19 units of its level, 9 districts, 106 communes', async () => {
      const count = async (level: string): Promise<number> =>
        (await get<{ items: Unit[] }>(`/units?level=${level}`)).items.length;
      assert.deepEqual(
        [await count('province'), await count('district'), await count('commune')],
        [19, 9, 106],
      );
    });

    it('lists those directly under one, in the order of a Vietnamese dictionary', async () => {
      const { items } = await get<{ items: Unit[] }>('/units?parent=000.00.21.H59');
      assert.ok(items.length > 3 && items.every((one) => one.parent === '000.00.21.H59'));
      const names = items.map((one) => one.name);
      assert.deepEqual(names, [...names].sort(new Intl.Collator('vi').compare));
    });

    it('knows that units end: after the merger of 2025 there is no district any more', async () => {
      assert.deepEqual((await get<{ items: Unit[] }>('/units?level=district&on=2025-07-01')).items, []);
      assert.equal((await get<{ items: Unit[] }>('/units?level=district&on=2025-06-30')).items.length, 9);
    });

    it('refuses what it does not understand', async () => {
      assertProblem(
        await bench.call('GET', '/api/v1/units?on=2019-02-30', { officer: null }),
        400,
        'day_not_understood',
        'on',
      );
      assertProblem(
        await bench.call('GET', '/api/v1/units?on=today', { officer: null }),
        400,
        'day_not_understood',
        'on',
      );
      assertProblem(
        await bench.call('GET', '/api/v1/units?parent=x', { officer: null }),
        400,
        'unknown_unit',
        'parent',
      );
      assertProblem(
        await bench.call('GET', '/api/v1/units?colour=red', { officer: null }),
        400,
        'unknown_field',
        'colour',
      );
    });
  });
});
