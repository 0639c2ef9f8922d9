const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
const FORM = /^[A-Z]{2}\d{9}[A-Z]{2}$/;

/**
 * The ninth digit of an S10 item number for its eight-digit serial: weights 8 6 4 2 3 5 9 7, C = 11 − (sum mod 11),
 * 10 becomes 0 and 11 becomes 5. Throws {@link RangeError} unless `serial` is eight digits.
 */
export function itemCheckDigit(serial: string): number {
  if (!/^\d{8}$/.test(serial)) throw new RangeError('an S10 serial has eight digits');
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(serial[at]), 0);
  const digit = 11 - (sum % 11);
  if (digit === 10) return 0;
  return digit === 11 ? 5 : digit;
}

/** True for a UPU S10 item number: two capital letters, eight digits, the right check digit, two capital letters. */
export function isValidItemNumber(itemNumber: string): boolean {
  return FORM.test(itemNumber) && itemCheckDigit(itemNumber.slice(2, 10)) === Number(itemNumber[10]);
}

/** The S10 item number of a Vietnamese registered item with this serial (0–99,999,999): for samples and generated data. */
export function itemNumberOf(serial: number, service = 'RA', country = 'VN'): string {
  const digits = String(serial).padStart(8, '0');
  return `${service}${digits}${itemCheckDigit(digits)}${country}`;
}
