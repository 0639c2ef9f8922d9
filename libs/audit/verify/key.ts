import { type KeyObject, createPublicKey } from 'node:crypto';
import { keyId } from '#libs/config';
import { AuditFileError, type Header } from './lines.js';

export interface Key {
  publicKey: KeyObject;
  id: string;
  /** said by whoever asks, not by the file itself */
  given: boolean;
}

/** The key to check by: the one that is given, else the one that the file names. Null when there is none. */
export function keyFor(given: KeyObject | undefined, header: Header): Key | null {
  if (given) return { publicKey: given, id: keyId(given), given: true };
  if (header.key === null) return null;
  try {
    const publicKey = createPublicKey(header.key);
    return { publicKey, id: keyId(publicKey), given: false };
  } catch {
    throw new AuditFileError('the key in its first line is broken');
  }
}
