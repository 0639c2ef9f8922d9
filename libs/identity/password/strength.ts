import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '#libs/kernel';

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;
/** Of 4: "safely unguessable". */
const WANTED_SCORE = 3;
/** A login shorter than this stands in words by chance. */
const SHORTEST_PART = 4;

let estimator: ZxcvbnFactory | undefined;

/**
 * Refuses a password that somebody could guess. Throws DomainError `password_too_short` or `password_too_long` (params.limit),
 * `password_holds_login`, or `password_too_weak`. Never says which word of it was known.
 */
export function refuseWeak(password: string, login: string): void {
  const length = [...password.normalize('NFC')].length;
  if (length < SHORTEST_PASSWORD)
    throw new DomainError('password_too_short', { field: 'password', params: { limit: SHORTEST_PASSWORD } });
  if (length > LONGEST_PASSWORD)
    throw new DomainError('password_too_long', { field: 'password', params: { limit: LONGEST_PASSWORD } });
  const lower = password.toLowerCase();
  const parts = [login, login.split('@')[0]!].filter((part) => part.length >= SHORTEST_PART);
  if (parts.some((part) => lower.includes(part.toLowerCase())))
    throw new DomainError('password_holds_login', { field: 'password' });
  // Its word lists take a while to read and some memory: only who sets a password pays for them.
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  if (estimator.check(password, [login, 'motcua', 'một cửa']).score < WANTED_SCORE)
    throw new DomainError('password_too_weak', { field: 'password' });
}
