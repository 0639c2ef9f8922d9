/** What can be wrong with an export. These words are stable. */
export type FindingCode =
  | 'event_changed'
  | 'event_removed'
  | 'event_inserted'
  | 'event_reordered'
  | 'chain_broken'
  | 'chain_hash_missing'
  | 'version_out_of_order'
  | 'root_differs'
  | 'head_changed'
  | 'head_removed'
  | 'head_out_of_place'
  | 'head_signature_wrong'
  | 'head_key_unknown'
  | 'key_missing'
  | 'history_rewritten'
  | 'heads_missing'
  | 'kept_heads_wrong'
  | 'line_not_understood'
  | 'file_cut';

/** One thing that is wrong, and where. What is not known is null: of an event that is gone, its leaf knows dossier and version. */
export interface Finding {
  code: FindingCode;
  /** in one sentence */
  what: string;
  dossier: string | null;
  dossierId: string | null;
  version: number | null;
  type: string | null;
  /** line of the file, from 1 */
  line: number | null;
}

/** Keeps the first findings and counts the rest: a file of another log has one for each event. */
export class Findings {
  readonly kept: Finding[] = [];
  total = 0;
  private readonly said = new Set<string>();

  constructor(private readonly most: number) {}

  add(code: FindingCode, what: string, where: Partial<Omit<Finding, 'code' | 'what'>> = {}): void {
    // Two checks may find the same of one line.
    const same = `${where.line} ${code}`;
    if (where.line && this.said.has(same)) return;
    if (where.line && this.said.size < this.most) this.said.add(same);
    this.total++;
    if (this.kept.length >= this.most) return;
    const nowhere = { dossier: null, dossierId: null, version: null, type: null, line: null };
    this.kept.push({ code, what, ...nowhere, ...where });
  }

  has(code: FindingCode): boolean {
    return this.kept.some((finding) => finding.code === code);
  }
}
