import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLOCK_EVENTS, eventLabel } from './event-labels.js';
import type { LoggedEvent } from './fold.js';
import { EVENT_OF } from '#libs/workflow';
import { eventsUpTo, isLate } from './views.js';

const at = (second: number): string => new Date(Date.UTC(2019, 2, 18, 0, 0, second)).toISOString();
const event = (version: number, occurred: number, recorded: number, type = 'amended'): LoggedEvent => ({
  version,
  type,
  occurredAt: at(occurred),
  recordedAt: at(recorded),
  data: {},
});
const versions = (events: LoggedEvent[]): number[] => events.map(({ version }) => version);

test('what follows an unknown event is unknown too, although its own clock says it was recorded earlier', () => {
  const log = [event(1, 1, 1), event(2, 2, 9), event(3, 3, 8)];
  assert.deepEqual(versions(eventsUpTo(log, null, at(8))), [1]);
  assert.deepEqual(versions(eventsUpTo(log, null, at(9))), [1, 2, 3]);
});

test('an alarm that was noticed late hides nothing but itself', () => {
  const log = [event(1, 1, 1), event(1, 2, 9, 'overdue'), event(2, 3, 3)];
  assert.deepEqual(versions(eventsUpTo(log, null, at(5))), [1, 2]);
});

test('whatever the bounds, what is shown of the commands is a beginning of the log', () => {
  const times = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 8 });
  fc.assert(
    fc.property(times, fc.option(fc.nat(9)), fc.option(fc.nat(9)), (pairs, asOf, knownAt) => {
      const log = pairs.map(([occurred, recorded], index) => event(index + 1, occurred, recorded));
      const shown = eventsUpTo(log, asOf === null ? null : at(asOf), knownAt === null ? null : at(knownAt));
      assert.deepEqual(shown, log.slice(0, shown.length));
      if (asOf === null && knownAt === null) assert.equal(shown.length, log.length);
    }),
  );
});

test('only a running clock can be late, and only after its due moment', () => {
  assert.equal(isLate('running', at(1), at(2)), true);
  assert.equal(isLate('running', at(2), at(2)), false);
  assert.equal(isLate('running', null, at(2)), false);
  for (const status of ['paused', 'stopped', 'unknown', null])
    assert.equal(isLate(status, at(1), at(2)), false);
});

test('every event has a name in three languages, and a later one is shown by its type', () => {
  const names = [...Object.values(EVENT_OF), ...CLOCK_EVENTS].map((type) => eventLabel(type));
  for (const language of ['vi', 'en', 'km'] as const) {
    assert.equal(new Set(names.map((label) => label[language])).size, names.length);
  }
  assert.ok(names.every(({ km }) => /\p{Script=Khmer}/u.test(km)));
  assert.deepEqual(eventLabel('handedOver'), { vi: 'handedOver', en: 'handedOver', km: 'handedOver' });
});
