import negotiator from '@fastify/accept-negotiator';

export const LANGUAGES = ['vi', 'en', 'km'] as const;
export type Language = (typeof LANGUAGES)[number];

const supported: string[] = [...LANGUAGES];

/** Browsers say the same few things: what they meant is remembered, so long as it is not too many. */
const known = new Map<string, Language>();
const MOST_KNOWN = 200;

/**
 * The language to answer in, from Accept-Language; Vietnamese when nothing fits. Regions do not matter to us: `en-GB`
 * is read as `en`.
 */
export function languageFor(header: string | undefined): Language {
  if (header === undefined || header.length > 500) return 'vi';
  const remembered = known.get(header);
  if (remembered !== undefined) return remembered;
  const plain = header.toLowerCase().replace(/([a-z]{2,8})(-[a-z0-9]{1,8})+/g, '$1');
  const chosen = negotiator.negotiate(plain, supported);
  const language = LANGUAGES.find((one) => one === chosen) ?? 'vi';
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(header, language);
  return language;
}
