import type { Json, JsonObject } from '#libs/kernel';

/** The personal data of an applicant. Lives in versioned rows; the log only names the revision. */
export interface Party {
  name: string;
  paperNumber: string | null;
  address: string | null;
  phone: string | null;
  email: string | null;
}

const DOTS = '•••';

/** `Nguyễn V•• A•`: the family name whole, of the others the first letter; a name of one word shows that alone. */
export function maskedName(name: string): string {
  const [first = '', ...others] = name.trim().split(/\s+/);
  return others.length === 0 ? initial(first) : [first, ...others.map(initial)].join(' ');
}

function initial(word: string): string {
  const [first = '', ...rest] = [...new Intl.Segmenter('vi').segment(word)].map(({ segment }) => segment);
  return first + '•'.repeat(rest.length);
}

/** The last three signs, where at least as many stay hidden. */
function lastThree(text: string): string {
  const signs = [...text.trim()];
  return signs.length < 6 ? DOTS : DOTS + signs.slice(-3).join('');
}

/** Of an address its last part, the commune or the province; of one that has no parts nothing. */
function lastPart(address: string): string {
  const parts = address.split(',').map((part) => part.trim());
  const last = parts.at(-1);
  return parts.length > 1 && last ? `${DOTS}, ${last}` : DOTS;
}

function mailbox(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? DOTS : `${[...email][0]}${DOTS}${email.slice(at)}`;
}

/**
 * What is personal, and what of it is shown to whoever does not work on the dossier: the one list. The description of the API
 * marks the same fields `x-personal`.
 */
export const PERSONAL_FIELDS: Readonly<Record<keyof Party, (value: string) => string>> = {
  name: maskedName,
  paperNumber: lastThree,
  address: lastPart,
  phone: lastThree,
  email: mailbox,
};

/** Every field under its mask; what is not there stays null. */
export function maskedParty(party: Party): Party {
  const mask = <F extends keyof Party>(field: F): Party[F] => {
    const value = party[field];
    return (value === null ? null : PERSONAL_FIELDS[field](value)) as Party[F];
  };
  return {
    name: mask('name'),
    paperNumber: mask('paperNumber'),
    address: mask('address'),
    phone: mask('phone'),
    email: mask('email'),
  };
}

/** What a command's payload says in words and numbers of ours; everything else in it was written freely. */
const NOT_FREE: ReadonlySet<string> = new Set([
  'procedure', 'channel', 'amount', 'step', 'next', 'outcome', 'itemNumber', 'event', 'action', 'field', 'revision',
]); // prettier-ignore

/** An event's data with `…` for whatever somebody wrote freely: a reason, a paper asked for, a number of a receipt. */
export function withoutFreeText(data: JsonObject): JsonObject {
  const { p } = data;
  if (p === null || typeof p !== 'object' || Array.isArray(p)) return data;
  const kept = Object.entries(p).map(([name, value]): [string, Json] => [
    name,
    NOT_FREE.has(name) ? value : '…',
  ]);
  return { ...data, p: Object.fromEntries(kept) };
}
