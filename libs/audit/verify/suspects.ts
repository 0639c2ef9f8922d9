import type { Entry } from '../head.js';
import type { Findings } from './findings.js';
import type { Seen } from './window.js';

/**
 * Leaves that were sealed and are not there, and events that are there and were not sealed. Who belongs to whom is known only
 * at the end: an event that was changed is one of each, and it may stand far from where it was.
 */
export class Suspects {
  private readonly gone = new Map<string, Entry>();
  private readonly extras = new Map<number, Seen>();

  constructor(
    private readonly findings: Findings,
    private readonly codeOf: (dossier: string) => string | null,
  ) {}

  /** A leaf that was sealed and has no event. */
  missing(entry: Entry): void {
    this.gone.set(entry.leaf.toString('hex'), entry);
  }

  /** An event that should have been sealed and was not. */
  extra(seen: Seen): void {
    this.extras.set(seen.line, seen);
  }

  /** An event that was sealed, but not here. */
  moved(seen: Seen): void {
    this.findings.add('event_reordered', 'it does not stand where it was sealed', this.place(seen));
  }

  /** Says of each what happened to it. `unsealed` are events beyond the last head, among which one may be that was moved there. */
  resolve(unsealed: Iterable<Seen>): void {
    for (const [line, seen] of this.extras) {
      if (!this.gone.delete(seen.leaf.toString('hex'))) continue;
      this.extras.delete(line);
      this.moved(seen);
    }
    // An event beyond the last head counts only when it is of a dossier and version that is missing.
    const wanted = new Set([...this.gone.values()].map(nameOf));
    if (wanted.size > 0) for (const seen of unsealed) if (wanted.has(nameOf(seen))) this.extra(seen);
    this.pair(nameOf);
    this.pair(({ dossier }) => dossier);
    for (const entry of this.gone.values())
      this.findings.add('event_removed', 'it was sealed and is not there', {
        ...this.place(entry),
        type: null,
        line: null,
      });
    for (const seen of this.extras.values())
      this.findings.add(
        'event_inserted',
        'it stands among sealed events and was not sealed',
        this.place(seen),
      );
  }

  private pair(keyOf: (entry: Entry) => string): void {
    const waiting = new Map<string, Seen[]>();
    for (const seen of this.extras.values())
      waiting.set(keyOf(seen), [...(waiting.get(keyOf(seen)) ?? []), seen]);
    for (const [leaf, entry] of this.gone) {
      const seen = waiting.get(keyOf(entry))?.shift();
      if (!seen) continue;
      this.gone.delete(leaf);
      this.extras.delete(seen.line);
      const now = seen.version === entry.version ? '' : `, then with version ${entry.version}`;
      this.findings.add('event_changed', `it is not what was sealed${now}`, this.place(seen));
    }
  }

  private place({ dossier, version, ...more }: Entry & Partial<Seen>) {
    const { type = null, line = null } = more;
    return { dossier: this.codeOf(dossier), dossierId: dossier, version, type, line };
  }
}

const nameOf = ({ dossier, version }: Entry): string => `${dossier} ${version}`;
