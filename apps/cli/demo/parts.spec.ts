import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { workingMinutesBetween } from '#libs/calendar';
import { fromMillis } from '#libs/kernel';
import { isValidItemNumber } from '#libs/workflow';
import { apportion } from './apportion.js';
import {
  DELEGATION,
  DEPARTMENT_WEIGHTS,
  LEVEL_WEIGHTS,
  POPULAR_PROCEDURES,
  SECTOR_WEIGHTS,
} from './assumptions.js';
import { cellsFor } from './cells.js';
import { homesOf } from './homes.js';
import { OfficeTime } from './office-time.js';
import { createPerson, misspell } from './people.js';
import { Placing } from './placing.js';
import { ItemNumbers, reportsOf } from './post.js';
import { chooseByWeight, createRng, hashText, Sampler } from './rng.js';
import type { World } from './types.js';
import { worldFromData } from './world-from-data.js';

let world: World;
before(async () => {
  world = await worldFromData();
});

describe('random numbers', () => {
  it('are the known ones for a seed, on every machine', () => {
    const rng = createRng(hashText('Trà Vinh'), 7);
    const drawn = Array.from({ length: 3 }, () => Math.floor(rng() * 1e9));
    assert.deepEqual(drawn, [45_489_144, 336_456_868, 693_735_173]);
  });

  it('are spread evenly, and differ from stream to stream', () => {
    const counts = new Array<number>(10).fill(0);
    for (let stream = 0; stream < 1_000; stream++) {
      const rng = createRng(1, stream);
      for (let n = 0; n < 10; n++) counts[Math.floor(rng() * 10)]! += 1;
    }
    for (const count of counts) assert.ok(count > 880 && count < 1_120, String(counts));
  });

  it('never draw what weighs nothing', () => {
    const sampler = new Sampler(['never', 'often', 'seldom'], (_, at) => [0, 3, 1][at]!);
    const rng = createRng(1, 1);
    const drawn = Array.from({ length: 4_000 }, () => sampler.draw(rng));
    assert.ok(!drawn.includes('never'));
    const often = drawn.filter((one) => one === 'often').length;
    assert.ok(often > 2_850 && often < 3_150, String(often));
    assert.equal(new Sampler(['never'], () => 0).draw(rng), undefined);
  });

  it('choose different items, those of weight 0 only when the others do not suffice', () => {
    const items = [0, 0, 0, 1, 2];
    const rng = createRng(3, 3);
    assert.deepEqual(chooseByWeight(rng, items, 2, (one) => one).sort(), [1, 2]);
    assert.deepEqual(chooseByWeight(rng, items, 4, (one) => one).sort(), [0, 0, 1, 2]);
    assert.equal(chooseByWeight(rng, items, 9, (one) => one).length, 5);
  });
});

describe('apportioning', () => {
  it('gives whole parts that add up, each within one of its share', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc
          .array(fc.nat(1_000), { minLength: 1, maxLength: 8 })
          .filter((weights) => weights.some((one) => one > 0)),
        (total, weights) => {
          const parts = apportion(total, weights);
          const sum = weights.reduce((one, other) => one + other, 0);
          assert.equal(
            parts.reduce((one, other) => one + other, 0),
            total,
          );
          parts.forEach((part, at) => assert.ok(Math.abs(part - (total * weights[at]!) / sum) < 1));
        },
      ),
    );
  });

  it('refuses to share something among nobody', () => {
    assert.throws(() => apportion(1, [0, 0]), RangeError);
    assert.deepEqual(apportion(0, [0, 0]), [0, 0]);
  });
});

describe('the assumptions', () => {
  it('name only what the catalogue and the province have', () => {
    const codes = new Set(world.procedures.map(({ code }) => code));
    const sectors = new Set(world.procedures.map(({ sector }) => sector));
    const names = new Set(world.units.map(({ name }) => name));
    const levels = new Set(world.units.map(({ level }) => level));
    assert.deepEqual(
      Object.keys(POPULAR_PROCEDURES).filter((code) => !codes.has(code)),
      [],
    );
    assert.deepEqual(
      Object.keys(SECTOR_WEIGHTS).filter((sector) => !sectors.has(sector)),
      [],
    );
    const departments = [...Object.keys(DEPARTMENT_WEIGHTS), ...DELEGATION.from, ...DELEGATION.to];
    assert.deepEqual(
      departments.filter((name) => !names.has(name)),
      [],
    );
    for (const shares of Object.values(LEVEL_WEIGHTS))
      assert.ok(Object.keys(shares).every((level) => levels.has(level)));
  });
});

describe('placing', () => {
  it('gives every unit a dossier as soon as there are as many dossiers as units', () => {
    const placing = new Placing(world, createRng(5, 5));
    assert.equal(placing.units.length, 133);
    for (let total = 133; total < 700; total += total < 200 ? 1 : 13) {
      const placed = placing.place(cellsFor(total), true);
      assert.equal(placed.length, total);
      assert.equal(new Set(placed.map(({ unit }) => unit)).size, 133, `with ${total}`);
    }
  });

  it('goes only where the level, the department and the channel allow', () => {
    const placing = new Placing(world, createRng(6, 6));
    const acting: readonly string[] = DELEGATION.to;
    for (const { procedure, unit, channel } of placing.place(cellsFor(5_000), true)) {
      assert.equal(procedure.level, unit.level);
      assert.ok(procedure.channels.includes(channel));
      if (channel === 'online') assert.ok(procedure.onlineLevel >= 3);
      if (unit.kind === 'department' && !acting.includes(unit.name))
        assert.equal(procedure.department, unit.agencyCode);
    }
  });
});

describe('office time', () => {
  it('counts the same minutes as the calendar does, there and back', () => {
    const office = new OfficeTime(world.calendar, '2019-01-02', '2020-01-01');
    const start = fromMillis(office.toMillis(0));
    fc.assert(
      fc.property(fc.double({ min: 1, max: office.total - 1, noNaN: true }), (t) => {
        const ms = office.toMillis(t);
        const counted = workingMinutesBetween(world.calendar, start, fromMillis(ms));
        assert.ok(typeof counted === 'number' && Math.abs(counted - t) < 0.001);
        assert.ok(Math.abs(office.fromMillis(ms) - t) < 0.001);
      }),
    );
  });

  it('has 63 office days in the quarter, the make-up Saturday among them', () => {
    const office = new OfficeTime(world.calendar, '2019-03-15', '2019-06-15');
    assert.equal(office.days.length, 63);
    assert.ok(office.days.some(({ day }) => day === '2019-05-04'));
    assert.ok(!office.days.some(({ day }) => day === '2019-04-29'));
  });
});

describe('what the carrier reports', () => {
  it('is in order of arrival, always of the parcel, and on working days of the post', () => {
    const numbers = new ItemNumbers(99_999_998);
    let outOfOrder = 0;
    let repeated = 0;
    const road = ['EMA', 'EMB', 'EMC', 'EMD', 'EMG', 'EDG', 'EMH', 'EMI'];
    for (let n = 0; n < 1_000; n++) {
      const itemNumber = numbers.next();
      assert.ok(isValidItemNumber(itemNumber));
      const handed = Date.UTC(2019, 3, 1 + (n % 30), 3);
      const reports = reportsOf(createRng(n, 1), itemNumber, handed, n % 5 === 0);
      const events = reports.map(({ payload }) => String(payload.event));
      reports.forEach(({ ms, payload }, at) => {
        assert.equal(payload.itemNumber, itemNumber);
        assert.ok(ms > (reports[at - 1]?.ms ?? handed) - 1);
      });
      if (new Set(events).size < events.length) repeated += 1;
      else if (events.some((event, at) => at > 0 && road.indexOf(event) < road.indexOf(events[at - 1]!)))
        outOfOrder += 1;
      assert.equal(
        reports.some(({ payload }) => payload.action === 'returnToSender'),
        n % 5 === 0,
      );
      assert.equal(events.includes('EMI'), n % 5 !== 0);
    }
    assert.ok(outOfOrder > 20 && repeated > 20, `${outOfOrder} ${repeated}`);
  });
});

describe('generated people', () => {
  it('have papers and phones that nobody is issued, and live where the unit is', () => {
    const homes = homesOf(world.units);
    const commune = world.units.find(({ level }) => level === 'commune')!;
    assert.equal(homes.get(commune.agencyCode)!.length, 1);
    assert.equal(homes.get(commune.agencyCode)![0]!.length, 3);
    const department = world.units.find(({ kind }) => kind === 'department')!;
    assert.equal(homes.get(department.agencyCode)!.length, 106);
    const rng = createRng(9, 9);
    for (let n = 0; n < 200; n++) {
      const person = createPerson(rng, homes.get(commune.agencyCode)![0]!);
      assert.match(person.paperNumber, /^000\d{9}$/);
      assert.match(person.phone, /^000\d{7}$/);
      assert.ok(person.address.endsWith(homes.get(commune.agencyCode)![0]!.join(', ')));
      const wrong = misspell(rng, person.name);
      assert.notEqual(wrong, person.name);
      assert.equal(wrong.split(' ').length, person.name.split(' ').length);
    }
  });
});
