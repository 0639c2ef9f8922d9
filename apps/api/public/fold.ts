/** Text as it is searched: lower case, without accents, `đ` as `d`: the same folding as the database's `motcua.fold`. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

const collator = new Intl.Collator('vi');

/** Orders text as a Vietnamese dictionary does: the accents count, and đ comes after d. */
export function inVietnameseOrder(a: string, b: string): number {
  return collator.compare(a, b);
}
