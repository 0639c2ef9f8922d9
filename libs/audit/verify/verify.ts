import type { KeyObject } from 'node:crypto';
import { type Finding, Findings } from './findings.js';
import { keyFor } from './key.js';
import { Kept } from './kept.js';
import { type Header, type Lines, emptyFile, parseHeader } from './lines.js';
import { Verifier } from './verifier.js';

export interface VerifyOptions {
  /** the public key, from elsewhere; without it the one that the file names, which whoever made the file could choose */
  publicKey?: KeyObject;
  /** heads that were kept elsewhere; read twice */
  against?: () => Lines;
  /** how many findings are kept, 1,000 unless told; all are counted */
  most?: number;
  onProgress?: (events: number) => void;
}

export interface AuditResult {
  ok: boolean;
  events: number;
  heads: number;
  /** events before the beginning of the file, which are not in it: of them nothing was checked but that their head is signed */
  from: number;
  /** events that a head vouches for, those before the beginning of the file among them */
  sealed: number;
  /** events after the last head: their chains hold, no signature vouches for them yet */
  unsealed: number;
  sealedAt: string | null;
  key: { id: string; given: boolean } | null;
  found: number;
  findings: readonly Finding[];
}

/**
 * Proves an export: the chain of each dossier, the root and signature of each head, and with `against` that nothing of what
 * was sealed when those heads were kept was changed since. Needs no database. Throws AuditFileError for what is no export.
 */
export async function verifyExport(lines: Lines, options: VerifyOptions = {}): Promise<AuditResult> {
  const { against, most = 1_000, onProgress } = options;
  const findings = new Findings(most);
  let verifier: Verifier | undefined;
  let kept: Kept | undefined;
  let key: ReturnType<typeof keyFor> = null;
  let header: Header | undefined;
  let number = 0;
  for await (const line of lines) {
    number++;
    if (verifier) {
      verifier.line(line, number);
      if (number % 1_000 === 0) onProgress?.(verifier.events);
      continue;
    }
    header = parseHeader(line);
    key = keyFor(options.publicKey, header);
    kept = against && (await Kept.read(against(), key?.publicKey ?? null, findings));
    verifier = new Verifier(header, key, findings, kept);
  }
  if (!verifier || !header) throw emptyFile();
  const { suspects, forest, events, heads } = verifier;
  verifier.end();
  if (kept && against && header.content === 'log')
    for await (const { index, ...entry } of kept.missing(against()))
      if (index >= header.from) suspects.missing(entry);
  suspects.resolve(forest.unsealed());
  return {
    ok: findings.total === 0,
    events,
    heads,
    from: header.from,
    sealed: forest.size,
    unsealed: forest.window.count,
    sealedAt: forest.last?.at ?? null,
    key: key && { id: key.id, given: key.given },
    found: findings.total,
    findings: findings.kept,
  };
}
