import { describeCause } from '#libs/kernel';
import { say } from './progress.js';

const AGAIN_AFTER_MS = 60_000;

/**
 * Says what goes wrong in the background, each thing once a minute: something that fails a thousand times a second must
 * not fill a disk. No value that an error quotes is said.
 */
export function complaints(about: string): (error: unknown) => void {
  const said = new Map<string, number>();
  return (error) => {
    const text = describeCause(error);
    const now = performance.now();
    if (now - (said.get(text) ?? -Infinity) < AGAIN_AFTER_MS) return;
    if (said.size > 100) said.clear();
    said.set(text, now);
    say(`${about}: ${text}`);
  };
}
