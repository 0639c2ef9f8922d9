import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/**
 * The project's folder: the nearest one above this file that holds `package.json`. The same from the sources and from
 * `dist/`, and whatever the current folder is. Throws when the file was moved out of the project.
 */
export function projectRoot(): string {
  if (found) return found;
  for (let dir = dirname(fileURLToPath(import.meta.url)); ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return (found = dir);
    if (dir === dirname(dir)) throw new Error('no package.json above ' + fileURLToPath(import.meta.url));
  }
}
