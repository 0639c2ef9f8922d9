import negotiator from '@fastify/accept-negotiator';

export const LANGUAGES = ['vi', 'en', 'km'] as const;
export type Language = (typeof LANGUAGES)[number];

const supported: string[] = [...LANGUAGES];

/**
 * The language to answer in, from Accept-Language; Vietnamese when nothing fits. Regions do not matter to us: `en-GB`
 * is read as `en`.
 */
export function languageFor(header: string | undefined): Language {
  if (header === undefined || header.length > 500) return 'vi';
  const plain = header.toLowerCase().replace(/([a-z]{2,8})(-[a-z0-9]{1,8})+/g, '$1');
  const chosen = negotiator.negotiate(plain, supported);
  return LANGUAGES.find((language) => language === chosen) ?? 'vi';
}
