import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import type { Account } from '#libs/identity';
import { DomainError } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';

/** The one unit above all others today. Throws DomainError `top_unit_needed` when there is none or more than one. */
export function topUnit(units: UnitDirectory, today: string): string {
  const tops = units
    .all()
    .filter((unit) => unit.parentId === null && units.byCode(unit.agencyCode, today)?.id === unit.id);
  if (tops.length !== 1) throw new DomainError('top_unit_needed', { params: { found: tops.length } });
  return tops[0]!.agencyCode;
}

/** A position lasts no longer than its unit. */
export function endOf(units: UnitDirectory, agencyCode: string, today: string): string {
  return units.byCode(agencyCode, today)?.validUntil ?? 'infinity';
}

/** The text of a file, or of standard input, without its last line end. Throws DomainError `file_not_readable`. */
export async function readPassword(
  file: string | undefined,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const read = file === '-' ? await textOf(input) : await readFile(file, 'utf8');
    return read.replace(/\r?\n$/, '');
  } catch (cause) {
    throw new DomainError('file_not_readable', { params: { file }, cause });
  }
}

/** What is told of a new secret, once. */
export function secretLines(account: Account, secret: string | null): string[] {
  if (secret === null) return [];
  return account.kind === 'system'
    ? [`secret ${secret}`, 'It is not shown again.']
    : [
        `password ${secret}`,
        'It is not shown again, has to be changed at the first sign-in, and is worth nothing after 72 hours.',
      ];
}

/** What is to be said of an account beside its login and kind. */
export function stateOf(account: Account): string[] {
  return [
    account.demo ? 'demonstration' : null,
    account.linked ? 'linked' : null,
    account.mustChange ? 'first password' : null,
    account.disabledAt === null ? null : `disabled ${account.disabledAt}`,
  ].filter((word) => word !== null);
}
