import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Pool, Reads } from '#libs/database';
import { Desk, UNIT, smallProvince, testDatabase, type SmallProvince } from '#libs/testing';
import { NO_COUNTS, REPORT_KEYS, addCounts, type ReportLine } from '../figures.js';
import { backlog } from './backlog.js';
import { startProjector } from './projector.js';
import { quarterly } from './quarterly.js';
import { recount } from './recount.js';

const PERIOD = { from: '2019-03-15', until: '2019-06-15' };
const NOW = '2019-03-25T01:00:00.000Z';
let pool: Pool;
let reads: Reads;
let province: SmallProvince;

const ids = (...codes: string[]): number[] => codes.map((code) => province.units.byCode(code)!.id);

before(async () => {
  ({ app: pool, reads } = await testDatabase());
  province = await smallProvince(pool);
  const desk = new Desk(pool, province);
  for (const [nth, unit] of [UNIT.commune, UNIT.commune, UNIT.otherCommune].entries()) {
    const code = await desk.file('2019-03-18T01:00:00.000Z', {
      unit,
      channel: nth === 0 ? 'online' : 'counter',
    });
    await desk.act(code, 'receive', `counter-1@${unit}`, '2019-03-18T02:00:00.000Z');
    if (nth === 1)
      await desk.act(code, 'discontinue', `head-1@${unit}`, '2019-03-19T02:00:00.000Z', { reason: 'x' });
  }
  const projector = startProjector({ pool, signal: new AbortController().signal });
  await projector.caughtUp();
  await projector.stop();
});

for (const knownAt of [undefined, '2019-03-24T00:00:00.000Z']) {
  const question = { ...PERIOD, now: NOW, ...(knownAt !== undefined && { knownAt }) };
  const how = knownAt === undefined ? 'from the cells' : 'from the events';

  test(`a unit's report is a recount of its own dossiers, ${how}, in every split`, async () => {
    const whole = await recount(pool, { ...PERIOD, by: 'unit' });
    for (const code of [UNIT.commune, UNIT.otherCommune, UNIT.department]) {
      const scope = ids(code);
      const wanted = addCounts([whole.lines.get(String(scope[0])) ?? NO_COUNTS]);
      for (const by of REPORT_KEYS) {
        const { total, lines, identityHolds } = await quarterly({ reads, scope }, { ...question, by });
        for (const [name, count] of Object.entries(wanted))
          assert.equal(total[name as keyof ReportLine], count, `${by} ${name}`);
        assert.equal(identityHolds, true);
        if (by === 'unit') assert.deepEqual(lines.map(({ key }) => key), [code]); // prettier-ignore
      }
    }
  });

  test(`a district's report is the sum over its units, and no other unit is on it, ${how}`, async () => {
    const scope = ids(UNIT.district, UNIT.commune, UNIT.otherCommune);
    for (const by of REPORT_KEYS) {
      const { total } = await quarterly({ reads, scope }, { ...question, by });
      assert.deepEqual([total.received, total.resolved, total.inProcess], [3, 1, 2], by);
    }
    const { lines } = await quarterly({ reads, scope }, { ...question, by: 'unit' });
    assert.deepEqual(
      lines.map(({ key }) => key).sort(),
      [UNIT.district, UNIT.commune, UNIT.otherCommune].sort(),
    );
    const levels = await quarterly({ reads, scope }, { ...question, by: 'level' });
    assert.deepEqual(levels.lines.map(({ key }) => key), ['district', 'commune']); // prettier-ignore
    assert.deepEqual((await quarterly({ reads, scope: [] }, { ...question, by: 'unit' })).lines, []);
  });
}

test('all there are is the same report for a person as for the service', async () => {
  for (const by of REPORT_KEYS) {
    const own = await quarterly({ reads, scope: 'all' }, { ...PERIOD, by, now: NOW });
    assert.deepEqual(own, await quarterly(pool, { ...PERIOD, by, now: NOW }));
  }
});

test('the backlog is that of the scope', async () => {
  const counted = async (...codes: string[]): Promise<number> =>
    (await backlog({ reads, scope: ids(...codes) }, { by: 'unit', now: NOW })).total.inProcess;
  assert.equal(await counted(UNIT.commune), 1);
  assert.equal(await counted(UNIT.commune, UNIT.otherCommune), 2);
  assert.equal(await counted(UNIT.department), 0);
  assert.equal((await backlog({ reads, scope: 'all' }, { by: 'level', now: NOW })).total.inProcess, 2);
});
