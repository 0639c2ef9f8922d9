import { type EventLine, type Place, comparePlaces, parseEvent } from '../line.js';
import { headLine, parseHead } from '../head.js';
import { leafHash } from '../tree.js';
import { Chains } from './chains.js';
import { Findings } from './findings.js';
import { Forest } from './forest.js';
import type { Kept } from './kept.js';
import type { Key } from './key.js';
import { type Header, parseObject } from './lines.js';
import { Suspects } from './suspects.js';

const BROKEN = {
  hash: ['chain_broken', 'its hash is not that of what it says, after the event before it'],
  missing: ['chain_hash_missing', 'it has no hash, though the event before it has one'],
  version: ['version_out_of_order', 'its version does not follow that of the event before it'],
} as const;

/** Takes an export line by line, in its order, and collects what is wrong with it. */
export class Verifier {
  readonly suspects: Suspects;
  readonly forest: Forest;
  events = 0;
  heads = 0;
  private readonly chains: Chains;
  private lastPlace: Place | undefined;
  private ended: { events: unknown; heads: unknown } | undefined;

  constructor(
    header: Header,
    key: Key | null,
    readonly findings: Findings,
    private readonly kept: Kept | undefined,
  ) {
    this.chains = new Chains(header.from > 0);
    this.suspects = new Suspects(findings, (dossier) => this.chains.codeOf(dossier));
    this.forest = new Forest({ header, key, findings, suspects: this.suspects, kept });
    if (!key)
      findings.add('key_missing', 'the file names no key and none was given: signatures were not checked');
  }

  /** One line after the header; `number` counts from 1. */
  line(text: string, number: number): void {
    const value = parseObject(text);
    const event = value && parseEvent(value);
    const head = value && !event ? parseHead(value) : undefined;
    if (this.ended)
      this.findings.add('line_not_understood', 'something stands after the end', { line: number });
    else if (event) this.event(event, leafHash(text), number);
    else if (head) {
      this.heads++;
      if (headLine(head) !== text)
        this.findings.add('head_changed', `the head of ${head.size} events is not written as it was`, {
          line: number,
        });
      this.forest.head(head, number);
    } else if (value?.kind === 'end') this.ended = { events: value.events, heads: value.heads };
    else if (text !== '')
      this.findings.add('line_not_understood', 'this is no event and no head', { line: number });
  }

  /** After the last line. */
  end(): void {
    const { ended, events, heads } = this;
    if (!ended)
      this.findings.add(
        'file_cut',
        `the file ends after ${events} events and ${heads} heads, without its last line: it was cut`,
      );
    else if (ended.events !== events || ended.heads !== heads)
      this.findings.add(
        'file_cut',
        `the file holds ${events} events and ${heads} heads, its last line says ${String(ended.events)} and ${String(ended.heads)}`,
      );
    this.forest.end();
  }

  private event(event: EventLine, leaf: Buffer, line: number): void {
    this.events++;
    const { dossier, code, version, type, position } = event;
    const where = { dossier: code, dossierId: dossier, version, type, line };
    const broken = this.chains.next(event);
    if (broken) {
      const [code, what] = BROKEN[broken.what];
      this.findings.add(code, what, where);
    }
    if (this.lastPlace && comparePlaces(position, this.lastPlace) <= 0)
      this.findings.add(
        'event_reordered',
        'its place in the log does not come after that of the event before it',
        where,
      );
    this.lastPlace = position;
    const seen = { dossier, version, leaf, type, line };
    this.forest.event(seen);
    if (this.kept?.covers(position) && !this.kept.see(leaf)) this.suspects.extra(seen);
  }
}
