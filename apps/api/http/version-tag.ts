import { ProblemError } from '../problem/problem-error.js';

/** The entity tag of a dossier: its version in quotes. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that the caller saw, from If-Match: `"7"`; without the header, or with `*`, none is expected. Tags of any
 * other form were never given out here, so they are an error of the caller's and not a stale version.
 * Throws `if_match_malformed`.
 */
export function expectedVersion(header: string | undefined, field = 'If-Match'): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '*') return undefined;
  const digits = /^"([1-9]\d{0,8})"$/.exec(text)?.[1];
  if (digits === undefined) throw new ProblemError('if_match_malformed', { field });
  return Number(digits);
}
