import { ProblemError } from '../problem/problem-error.js';

const LONGEST_CHARACTERS = 150;
/** What file systems take. */
const LONGEST_BYTES = 255;

/** Control characters, signs that turn the direction of writing or are not seen, halves of characters, and signs with a meaning in paths. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}/\\:*?"<>|%]/u;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** What something might run, unpack or show as a page: never before the last dot either. */
const ACTIVE =
  /\.(?:exe|com|scr|bat|cmd|ps1|vbs?|js|mjs|jar|msi|dll|so|sh|php\d?|phtml|aspx?|jsp|cgi|pl|py|html?|xhtml|svgz?|xml|hta|lnk|url|zip|rar|7z|gz|tar|iso|doc[xm]?|xls[xm]?|ppt[xm]?|rtf|pdf|png|jpe?g|tiff?|gif|webp)(?=\.)/i;

/**
 * The name of an uploaded file as it may be stored and shown, in Unicode's composed form, with its one ending in lower
 * case. Throws `upload_name_unsafe` for a name with a path, a hidden or turning character, two endings, or too many
 * characters: a wrong name is never mended silently, since the citizen would not find the file again.
 */
export function safeFileName(given: string): { name: string; extension: string } {
  const name = given.normalize('NFC');
  const dot = name.lastIndexOf('.');
  const extension = name.slice(dot + 1).toLowerCase();
  const bad =
    [...name].length > LONGEST_CHARACTERS ||
    Buffer.byteLength(name) > LONGEST_BYTES ||
    UNSAFE.test(name) ||
    RESERVED.test(name) ||
    ACTIVE.test(name) ||
    /^[.\s~-]|\.\.|[.\s]$|\s\./u.test(name) ||
    dot < 1 ||
    !/^[a-z0-9]{2,5}$/.test(extension);
  if (bad)
    throw new ProblemError('upload_name_unsafe', { field: 'name', params: { max: LONGEST_CHARACTERS } });
  return { name: `${name.slice(0, dot)}.${extension}`, extension };
}
