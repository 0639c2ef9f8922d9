import { UNIT } from '#libs/testing';
import { CARRIER, COUNTER, HEAD, PORTAL, POST, SPECIALIST, type Bench } from '../e2e/support.js';

/** Who sends requests: one of every kind, and one of a unit that has nothing to do with it. */
export const OFFICERS: readonly string[] = [
  COUNTER,
  SPECIALIST,
  HEAD,
  POST,
  CARRIER,
  PORTAL,
  `counter-1@${UNIT.otherCommune}`,
];

/**
 * The headers by which an officer is known to a server. The one place that knows how; asked anew for each group of
 * cases, and whenever the server no longer knows the officer, so that a case may end what it was let in by.
 */
export function credentials(_bench: Bench, officer: string): Promise<Record<string, string>> {
  return Promise.resolve({ 'X-Motcua-Officer': officer });
}
