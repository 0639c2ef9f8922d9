import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '#libs/kernel';
import { isValidItemNumber, itemCheckDigit, itemNumberOf } from './item-number.js';
import { POST_EVENTS } from './post-events.js';
import { linear, NOBODY, OTHER_PARCEL, PARCEL, PLACES } from './spec-support.js';
import { step } from './step.js';
import type { CommandName, DossierSnapshot } from './types.js';

function ask(snapshot: DossierSnapshot, name: CommandName, payload: JsonObject = {}) {
  return step(linear, snapshot, { name, payload }, NOBODY);
}

function then(snapshot: DossierSnapshot, name: CommandName, payload: JsonObject = {}): DossierSnapshot {
  const outcome = ask(snapshot, name, payload);
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return outcome.next;
}

function why(snapshot: DossierSnapshot, name: CommandName, payload: JsonObject = {}) {
  const outcome = ask(snapshot, name, payload);
  assert.equal(outcome.kind, 'refused');
  return [outcome.code, outcome.field];
}

const news = (event: string, more: JsonObject = {}) => ({ itemNumber: PARCEL, event, ...more });
const sentBack = news('EMH', { action: 'returnToSender', reason: 'moved away' });

describe('an S10 item number', () => {
  it('has the check digits of the examples', () => {
    assert.equal(itemCheckDigit('47312482'), 9);
    assert.equal(itemCheckDigit('12345678'), 5);
    assert.equal(itemCheckDigit('00000008'), 0);
    assert.equal(itemCheckDigit('00000015'), 5);
    assert.ok(isValidItemNumber('RA473124829VN'));
  });

  it('is refused with any other check digit, another length, small letters or a tail', () => {
    for (const digit of '012345678') assert.equal(isValidItemNumber(`RA47312482${digit}VN`), false, digit);
    for (const text of [
      '',
      'ra473124829vn',
      'RA473124829V',
      'RA473124829VNN',
      ' RA473124829VN',
      'RA473124829VN\n',
    ]) {
      assert.equal(isValidItemNumber(text), false, JSON.stringify(text));
    }
    assert.throws(() => itemCheckDigit('1234'), RangeError);
  });

  it('shows every single wrong digit, but for the two remainders that share the digits 0 and 5', () => {
    const serials = fc.integer({ min: 0, max: 99_999_999 });
    fc.assert(
      fc.property(serials, fc.nat({ max: 7 }), fc.integer({ min: 1, max: 9 }), (serial, at, add) => {
        const good = itemNumberOf(serial);
        assert.ok(isValidItemNumber(good));
        const digits = [...good];
        digits[2 + at] = String((Number(digits[2 + at]) + add) % 10);
        const seen = !isValidItemNumber(digits.join(''));
        assert.ok(seen || ['0', '5'].includes(good[10]!));
      }),
    );
  });
});

describe('handing to the post', () => {
  it('needs a valid number', () => {
    assert.deepEqual(why(PLACES.resolved, 'handToPost', { itemNumber: 'RA473124828VN' }), [
      'invalid_item_number',
      'payload.itemNumber',
    ]);
    assert.deepEqual(why(PLACES.resolved, 'handToPost'), ['field_required', 'payload.itemNumber']);
    assert.deepEqual(why(PLACES.resolved, 'handToPost', { itemNumber: 473124829 }), [
      'field_not_understood',
      'payload.itemNumber',
    ]);
  });

  it('of a returned result needs another number, and leaves the counter with its reason', () => {
    assert.deepEqual(why(PLACES['returned by post'], 'handToPost', { itemNumber: PARCEL }), [
      'item_number_used',
      'payload.itemNumber',
    ]);
    const again = then(PLACES['returned by post'], 'handToPost', { itemNumber: OTHER_PARCEL });
    assert.equal(again.state, 'posted');
    assert.equal(again.context.returnReason, null);
    assert.deepEqual(again.context.shipments, [
      { itemNumber: PARCEL, outcome: 'returned' },
      { itemNumber: OTHER_PARCEL, outcome: 'underWay' },
    ]);
  });
});

describe('news of a parcel', () => {
  it('changes nothing unless it is of the way back or of the delivery', () => {
    for (const event of POST_EVENTS.filter((one) => one !== 'EMI')) {
      assert.deepEqual(then(PLACES.posted, 'recordPostEvent', news(event)), PLACES.posted, event);
    }
    const again = then(PLACES.posted, 'recordPostEvent', news('EMH', { action: 'tryAgain' }));
    assert.deepEqual(again, PLACES.posted);
    // an action belongs to an unsuccessful attempt; with another event it means nothing
    assert.deepEqual(
      then(PLACES.posted, 'recordPostEvent', news('EMG', { action: 'returnToSender' })),
      PLACES.posted,
    );
  });

  it('of the way back brings the result to the counter with the reason', () => {
    const back = then(PLACES.posted, 'recordPostEvent', sentBack);
    assert.equal(back.state, 'awaitingCollection');
    assert.equal(back.context.returnReason, 'moved away');
    assert.deepEqual(back.context.shipments, [{ itemNumber: PARCEL, outcome: 'returned' }]);
    const bare = then(PLACES.posted, 'recordPostEvent', news('EMH', { action: 'returnToSender' }));
    assert.equal(bare.context.returnReason, 'returnToSender');
  });

  it('of delivery ends it, also when it comes after the way back', () => {
    for (const from of [PLACES.posted, then(PLACES.posted, 'recordPostEvent', sentBack)]) {
      const end = then(from, 'recordPostEvent', news('EMI'));
      assert.equal(end.state, 'delivered');
      assert.deepEqual(end.context.shipments, [{ itemNumber: PARCEL, outcome: 'delivered' }]);
      assert.equal(end.context.returnReason, null);
    }
  });

  it('that is repeated or late is taken down and changes nothing', () => {
    const back = then(PLACES.posted, 'recordPostEvent', sentBack);
    assert.deepEqual(then(back, 'recordPostEvent', sentBack), back);
    for (const place of [PLACES['delivered by post'], then(PLACES['returned by post'], 'collect')]) {
      for (const late of [...POST_EVENTS.map((event) => news(event)), sentBack]) {
        const outcome = ask(place, 'recordPostEvent', late);
        assert.equal(outcome.kind, 'accepted');
        assert.deepEqual(outcome.next, place);
        assert.deepEqual(outcome.events, [{ type: 'postEventRecorded', data: late }]);
      }
    }
  });

  it('of an older parcel says nothing of where the result is now', () => {
    const again = then(PLACES['returned by post'], 'handToPost', { itemNumber: OTHER_PARCEL });
    for (const late of [news('EMI'), sentBack]) assert.deepEqual(then(again, 'recordPostEvent', late), again);
    const backAgain = then(again, 'recordPostEvent', { ...sentBack, itemNumber: OTHER_PARCEL });
    assert.deepEqual(then(backAgain, 'recordPostEvent', news('EMI')), backAgain);
    assert.equal(
      then(backAgain, 'recordPostEvent', news('EMI', { itemNumber: OTHER_PARCEL })).state,
      'delivered',
    );
  });

  it('is refused for a number that was never ours, a wrong one, an unknown event or action', () => {
    const refusals: [JsonObject, string, string][] = [
      [{ itemNumber: OTHER_PARCEL, event: 'EMI' }, 'unknown_item_number', 'itemNumber'],
      [{ itemNumber: 'RA473124820VN', event: 'EMI' }, 'invalid_item_number', 'itemNumber'],
      [news('EMZ'), 'unknown_post_event', 'event'],
      [news('emi'), 'unknown_post_event', 'event'],
      [news('EMH', { action: 'return_to_sender' }), 'unknown_post_action', 'action'],
      [{ itemNumber: PARCEL }, 'field_required', 'event'],
    ];
    for (const [payload, code, field] of refusals) {
      for (const place of [PLACES.posted, PLACES['returned by post'], PLACES['delivered by post']]) {
        assert.deepEqual(why(place, 'recordPostEvent', payload), [code, `payload.${field}`]);
      }
    }
    assert.deepEqual(why(PLACES.resolved, 'recordPostEvent', news('EMI')), [
      'not_allowed_in_state',
      undefined,
    ]);
  });

  it('in any order ends where its last turning points say', () => {
    const any = fc.array(fc.constantFrom(...POST_EVENTS, 'back' as const), { maxLength: 12 });
    fc.assert(
      fc.property(any, (words) => {
        const end = words.reduce(
          (place, word) => then(place, 'recordPostEvent', word === 'back' ? sentBack : news(word)),
          PLACES.posted as DossierSnapshot,
        );
        const expected = words.includes('EMI')
          ? 'delivered'
          : words.includes('back')
            ? 'awaitingCollection'
            : 'posted';
        assert.equal(end.state, expected);
      }),
    );
  });
});
