/** One thing that is wrong with an imported file: where it stands, what was expected there, and what was found. */
export interface Problem {
  /** counted from 1, the header included; 0 when the fault is not in the text of the file */
  line: number;
  field: string;
  expected: string;
  found: string;
}

/** How many rows an import put in, changed, and found as they were. All zero but `unchanged`: nothing was written. */
export interface Counts {
  inserted: number;
  updated: number;
  unchanged: number;
}

/** What an import does with a thing that is there and differs: takes the file's word for it, or leaves it. */
export type Existing = 'update' | 'keep';

const SHOWN_CHARACTERS = 80;
// Control characters, line separators, and the marks that make text read backwards. Joiners stay: Khmer needs them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/u;
const ALL_UNPRINTABLE = new RegExp(UNPRINTABLE.source, 'gu');

/** A value as a person can be shown it on one line: at most 80 characters, control characters by their number. */
export function shown(value: string): string {
  const head = value
    .slice(0, SHOWN_CHARACTERS)
    .replace(ALL_UNPRINTABLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return value.length > SHOWN_CHARACTERS ? `"${head}…" (${value.length} characters)` : `"${head}"`;
}

/** Whether text holds a character that no name has: a control, a reversing mark, or the remains of a wrong encoding. */
export function hasUnprintable(value: string): boolean {
  return UNPRINTABLE.test(value);
}
