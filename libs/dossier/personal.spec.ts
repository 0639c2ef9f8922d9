import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PERSONAL_FIELDS, maskedName, maskedParty, withoutFreeText } from './personal.js';

test('a masked name keeps the family name and the first letters', () => {
  assert.equal(maskedName('Nguyễn Văn An'), 'Nguyễn V•• A•');
  assert.equal(maskedName('  Đặng   Ánh '), 'Đặng Á••');
  // A combining accent belongs to its letter.
  assert.equal(maskedName('Le A\u0301nh'.normalize('NFD')), 'Le A\u0301••');
});

test('a name of one word shows its first letter alone', () => {
  assert.equal(maskedName('Phượng'), 'P•••••');
  assert.equal(maskedName(''), '');
});

test('the other masks leave what tells two applicants apart, and hide what is too short to be cut', () => {
  const { paperNumber, phone, address, email } = PERSONAL_FIELDS;
  assert.equal(paperNumber('084099000001'), '•••001');
  assert.equal(paperNumber('33445'), '•••');
  assert.equal(phone('0912345678'), '•••678');
  assert.equal(address('12 Lê Lợi, Xã Đầm Sen, Trà Vinh'), '•••, Trà Vinh');
  assert.equal(address('12 Lê Lợi'), '•••');
  assert.equal(email('an.nguyen@example.vn'), 'a•••@example.vn');
  assert.equal(email('@example.vn'), '•••');
});

test('what is not there stays so', () => {
  const party = { name: 'An', paperNumber: null, address: null, phone: null, email: null };
  assert.deepEqual(maskedParty(party), { ...party, name: 'A•' });
});

test('what was written freely is left out of an event, and what our own words say is not', () => {
  const data = { counted: true, p: { reason: 'Ông An vắng', documents: ['giấy của An'], step: 'sign' } };
  assert.deepEqual(withoutFreeText(data), {
    counted: true,
    p: { reason: '…', documents: '…', step: 'sign' },
  });
  assert.deepEqual(withoutFreeText({}), {});
});
