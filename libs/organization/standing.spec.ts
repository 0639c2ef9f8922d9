import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDirectory } from './directory.js';
import { unitOn, unitsOn } from './standing.js';
import type { Level, Unit } from './types.js';

const levels: Level[] = ['district', 'commune'].map((code, at) => ({
  code,
  rank: at + 1,
  labels: { vi: code, en: code, km: code },
}));
const unit = (
  id: number,
  agencyCode: string,
  level: string,
  validFrom: string,
  validUntil: string,
): Unit => ({
  id,
  agencyCode,
  gsoCode: null,
  level,
  kind: 'committee',
  name: `${level} ${id}`,
  parentId: null,
  validFrom,
  validUntil,
  certainty: 'official',
});
const MERGER = '2025-07-01';
const units = makeDirectory(
  levels,
  [
    unit(1, 'D1', 'district', '-infinity', MERGER),
    unit(2, 'C1', 'commune', '-infinity', MERGER),
    unit(3, 'C2', 'commune', '-infinity', MERGER),
    unit(4, 'C1', 'commune', MERGER, 'infinity'),
  ],
  [],
);

describe('the unit that takes dossiers', () => {
  it('is the one in force on the day, also where its code went on to another', () => {
    assert.equal((unitOn(units, 'C1', '2025-06-30') as Unit).id, 2);
    assert.equal((unitOn(units, 'C1', MERGER) as Unit).id, 4);
  });

  it('has ended when others of its level took over', () => {
    assert.equal(unitOn(units, 'C2', MERGER), 'ended');
  });

  it('is the one that stood last where the list of its level has run out', () => {
    assert.equal((unitOn(units, 'D1', '2026-11-24') as Unit).id, 1);
  });

  it('is nobody under a code that nobody ever bore', () => {
    assert.equal(unitOn(units, 'X', MERGER), undefined);
  });

  it('is listed under the same rule', () => {
    const ids = (day: string): number[] => unitsOn(units, day).map((one) => one.id);
    assert.deepEqual(ids('2025-06-30').sort(), [1, 2, 3]);
    assert.deepEqual(ids('2026-11-24').sort(), [1, 4]);
  });
});
