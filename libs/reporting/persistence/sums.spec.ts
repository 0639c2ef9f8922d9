import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '#libs/testing';
import { addDays } from '../periods.js';
import { catchUp, provinceIn } from './fresh.fixture.js';
import { type History, closed, received, saveHistories } from './history.fixture.js';
import { verifyCounts } from './verify.js';

/** Ends of half months, months and years, and days beside them. */
const DAYS = [
  '2018-11-30', '2018-12-01', '2018-12-14', '2018-12-15', '2018-12-31', '2019-01-01', '2019-01-02', '2019-01-14',
  '2019-01-15', '2019-01-31', '2019-02-01', '2019-12-31', '2020-01-01', '2020-02-29', '2020-03-01', '2020-03-14',
]; // prettier-ignore

test('a report of any stretch across ends of half months, months and years equals the recount', async () => {
  const pool = await provinceIn(await testDatabase());
  const units = ['department', 'district', 'communeA', 'communeB'] as const;
  const histories = DAYS.flatMap((day, nth) =>
    units.map((unit, at): History => {
      const end = DAYS[nth + 1 + at] ?? addDays(day, 40);
      const ends =
        at === 3 ? [] : [closed('resolved', `${end} 09:00`, (['before', 'on', 'overdue'] as const)[at]!)];
      const channel = nth % 2 ? 'online' : 'counter';
      return {
        name: `${day} ${unit}`,
        unit,
        procedure: 'birth',
        channel,
        events: [received(`${day} 08:00`), ...ends],
      };
    }),
  );
  await saveHistories(pool, histories);
  await catchUp(pool, 7);
  const pairs = DAYS.flatMap((from, nth) => DAYS.slice(nth + 1).map((until) => [from, until] as const));
  await pool.query(
    `INSERT INTO motcua.period SELECT f || '/' || u, 'custom', f, u FROM unnest($1::date[], $2::date[]) AS p (f, u)`,
    [pairs.map(([from]) => from), pairs.map(([, until]) => until)],
  );
  const { differences, compared, periods } = await verifyCounts(pool);
  assert.deepEqual(differences, []);
  assert.ok(periods.length > pairs.length && compared > pairs.length * 5);
});
