import { newId } from '#libs/kernel';
import type { LifeStep } from '../lives.js';
import type { HttpAnswer } from './connection.js';

/** What a client remembers of a dossier: how it is called, and the version for If-Match. */
export interface Seen {
  code: string;
  version: number;
}

/** One random number for all keys: so many random ones would be work of the generator's, on the server's processor. */
const KEYS = newId();
let keys = 0;

/** A command as a client of the API sends it, with its bearer token and a key of its own. */
export function requestFor(
  { command, payload }: Pick<LifeStep, 'command' | 'payload'>,
  seen: Seen | undefined,
  bearer: string,
): string {
  const body = JSON.stringify(payload);
  const path = seen ? `/api/v1/dossiers/${seen.code}/commands/${command}` : '/api/v1/dossiers';
  const ifMatch = seen ? `If-Match: "${seen.version}"\r\n` : '';
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept-Language: vi\r\n` +
    `Authorization: Bearer ${bearer}\r\nIdempotency-Key: "${KEYS}-${++keys}"\r\n${ifMatch}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** The dossier after an accepted command. Throws when it was not accepted. */
export function seenIn(answer: HttpAnswer): Seen {
  if (answer.status >= 300) throw new Error(`answered ${answer.status}: ${answer.body}`);
  const { code, version } = JSON.parse(answer.body) as Seen;
  return { code, version };
}
