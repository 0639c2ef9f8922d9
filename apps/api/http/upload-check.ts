import { fileTypeFromBuffer } from 'file-type';
import { ProblemError } from '../problem/problem-error.js';
import { safeFileName } from './upload-name.js';

/** Largest file, in bytes: thirty scanned pages. */
export const LARGEST_UPLOAD = 10 * 1_048_576;

/**
 * What is taken: a scanned paper or a photograph. Not TIFF, which no browser shows and every scanner can avoid; not SVG
 * or office files, which can act; not archives, which nobody can look into here.
 */
const KINDS = {
  'application/pdf': { extensions: ['pdf'], isWhole: isWholePdf },
  'image/png': { extensions: ['png'], isWhole: isWholePng },
  'image/jpeg': { extensions: ['jpg', 'jpeg'], isWhole: isWholeJpeg },
} as const;

export type UploadType = keyof typeof KINDS;

/** A file as somebody sent it. */
export interface Upload {
  name: string;
  /** the media type that they say it has */
  type: string;
  content: Uint8Array;
}

/** A file that was looked at. */
export interface CheckedUpload {
  name: string;
  type: UploadType;
  content: Uint8Array;
}

/**
 * Looks at a file before anything is done with it: its size, its name, and what its bytes say that it is. What the sender
 * says must be the same. A file that is one kind to us and another to somebody else (bytes before or after it, a ZIP in
 * its tail) is refused, and so is a PDF that acts or carries other files, as far as its bytes show it: what stands in a
 * PDF's compressed objects is not seen here. No virus is looked for. Throws `upload_empty`, `upload_too_large`,
 * `upload_name_unsafe`, `upload_type_not_allowed`, `upload_type_differs`, `upload_not_whole` or `upload_active`.
 */
export async function checkUpload({ name: given, type: said, content }: Upload): Promise<CheckedUpload> {
  if (content.length === 0) throw new ProblemError('upload_empty', { field: 'content' });
  if (content.length > LARGEST_UPLOAD) {
    throw new ProblemError('upload_too_large', { field: 'content', params: { max: LARGEST_UPLOAD } });
  }
  const { name, extension } = safeFileName(given);
  const type = await typeOf(content);
  const { extensions, isWhole } = KINDS[type];
  if (said.split(';', 1)[0]!.trim().toLowerCase() !== type) {
    throw new ProblemError('upload_type_differs', { field: 'type', params: { type } });
  }
  if (!(extensions as readonly string[]).includes(extension)) {
    throw new ProblemError('upload_type_differs', { field: 'name', params: { type } });
  }
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!isWhole(bytes) || endsAsZip(bytes)) throw new ProblemError('upload_not_whole', { field: 'content' });
  if (type === 'application/pdf' && isActive(bytes)) {
    throw new ProblemError('upload_active', { field: 'content' });
  }
  return { name, type, content };
}

async function typeOf(content: Uint8Array): Promise<UploadType> {
  // It may throw on what is cut short: then it is none of ours.
  const found = await fileTypeFromBuffer(content).catch(() => undefined);
  if (found && Object.hasOwn(KINDS, found.mime)) return found.mime as UploadType;
  const allowed = Object.values(KINDS).flatMap(({ extensions }) => extensions);
  throw new ProblemError('upload_type_not_allowed', { field: 'content', params: { allowed } });
}

/** From its head at the very first byte to its mark at the end, with nothing behind. */
function isWholePdf(bytes: Buffer): boolean {
  if (!/^%PDF-[12]\.\d[\r\n]/.test(bytes.toString('latin1', 0, 9))) return false;
  return /%%EOF[\r\n\s]*$/.test(bytes.toString('latin1', Math.max(0, bytes.length - 1024)));
}

const PNG_HEAD = 8;
/** Pixels beyond which an image is a trap for whoever unpacks it. */
const MOST_PIXELS = 100_000_000;

/** Chunk after chunk, the first the size and the last the end. */
function isWholePng(bytes: Buffer): boolean {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return false;
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS) return false;
  for (let at = PNG_HEAD; at + 12 <= bytes.length;) {
    const next = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return next === bytes.length;
    at = next;
  }
  return false;
}

/** From its first mark to its last. */
function isWholeJpeg(bytes: Buffer): boolean {
  return (
    bytes.length > 20 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9
  );
}

/** A ZIP is read from its end: a directory there, whose comment reaches just to the last byte, makes any file one. */
function endsAsZip(bytes: Buffer): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - 65_557));
  for (
    let at = tail.indexOf('PK\x05\x06', 'latin1');
    at >= 0;
    at = tail.indexOf('PK\x05\x06', at + 1, 'latin1')
  ) {
    if (at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) <= tail.length) return true;
  }
  return false;
}

/** Names of what a PDF may do beside being read; `#4a` in a name is a `J`. */
const ACTS =
  /\/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?|XFA|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])/;

function isActive(bytes: Buffer): boolean {
  const text = bytes
    .toString('latin1')
    .replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return ACTS.test(text);
}
