import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { becauseLabel, refusalLabel } from '#libs/workflow';
import type { JsonObject } from '#libs/kernel';
import type en from './en.json';
import type km from './km.json';
import type vi from './vi.json';
import { LANGUAGES, type Language } from './language.js';

/** The shape of a language's file. Naming the three here is also what makes the compiler put them beside this module. */
export type Messages = typeof vi | typeof en | typeof km;

/** A language's texts as they stand in its file. */
export function messagesOf(language: Language): Messages {
  return JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), 'utf8')) as Messages;
}

const texts = i18next.createInstance();
await texts.init({
  resources: Object.fromEntries(
    LANGUAGES.map((language) => [language, { translation: messagesOf(language) }]),
  ),
  supportedLngs: [...LANGUAGES],
  fallbackLng: 'vi',
  keySeparator: '/',
  nsSeparator: false,
  // The texts go into JSON, never into HTML.
  interpolation: { escapeValue: false },
  // Standard output belongs to the answers of commands.
  showSupportNotice: false,
});

/** Longest part of what a caller sent that is repeated to them. */
const SHOWN_CHARACTERS = 100;

/**
 * What a code is called, the same whenever it occurs, and the sentence about this occurrence. What the lifecycle refuses
 * has its words there. An unknown code gets the general text: the code itself still says what it is.
 */
export function problemText(
  language: Language,
  code: string,
  params: JsonObject = {},
): { title: string; detail: string } {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, shown(value)]));
  const say = (path: string): string => texts.t(path, { lng: language, ...values });
  const own = texts.exists(`titles/${code}`) ? say(`titles/${code}`) : undefined;
  const title = refusalLabel(code)?.[language] ?? own ?? say('titles/refused');
  return { title, detail: texts.exists(`details/${code}`) ? say(`details/${code}`) : title };
}

/** Why a command is not possible yet, in words. */
export function because(language: Language, code: string): string {
  return becauseLabel(code)?.[language] ?? code;
}

function shown(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  if (text === undefined) return '';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
