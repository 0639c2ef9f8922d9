import { DomainError } from '#libs/kernel';
import type { Level } from './types.js';

/**
 * Checks a list of levels (the form of `data/levels.json`) and returns it, highest first.
 * Throws DomainError `levels_not_understood` with the offending place when it is no such list.
 */
export function parseLevels(json: unknown): Level[] {
  if (!Array.isArray(json) || json.length === 0)
    throw new DomainError('levels_not_understood', { field: 'levels' });
  const levels = json.map((item: unknown, i): Level => {
    if (!isLevel(item)) throw new DomainError('levels_not_understood', { field: `levels[${i}]` });
    return item;
  });
  for (const key of ['code', 'rank'] as const)
    if (new Set(levels.map((level) => level[key])).size !== levels.length)
      throw new DomainError('levels_not_understood', { field: key, params: { reason: 'used twice' } });
  return levels.sort((a, b) => a.rank - b.rank);
}

function isLevel(item: unknown): item is Level {
  if (typeof item !== 'object' || item === null) return false;
  const { code, rank, labels } = item as Record<string, unknown>;
  const texts = labels as Record<string, unknown> | null | undefined;
  return (
    typeof code === 'string' &&
    /^[a-z][A-Za-z0-9]{0,30}$/.test(code) &&
    Number.isInteger(rank) &&
    typeof texts === 'object' &&
    texts !== null &&
    ['vi', 'en', 'km'].every((language) => typeof texts[language] === 'string' && texts[language] !== '')
  );
}
