import { ENTRY_BYTES, type Entry, entryAt, packEntries } from '../head.js';

/** One event of a file, as far as it is kept in mind. */
export interface Seen extends Entry {
  type: string;
  line: number;
}

/** The events since the last head: 52 bytes each, as in a head, and a few more. */
export class Window {
  count = 0;
  private bytes = Buffer.allocUnsafe(64 * ENTRY_BYTES);
  private lines: number[] = [];
  private types: string[] = [];
  private readonly words = new Map<string, string>();

  add({ type, line, ...entry }: Seen): void {
    const end = this.count * ENTRY_BYTES;
    if (end === this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.allocUnsafe(end)]);
    packEntries([entry]).copy(this.bytes, end);
    this.lines.push(line);
    // Each word is kept once, not once for each event.
    if (!this.words.has(type)) this.words.set(type, type);
    this.types.push(this.words.get(type)!);
    this.count++;
  }

  /** In the form in which a head lists its leaves. */
  packed(): Buffer {
    return this.bytes.subarray(0, this.count * ENTRY_BYTES);
  }

  at(index: number): Seen {
    return { ...entryAt(this.bytes, index), type: this.types[index]!, line: this.lines[index]! };
  }

  clear(): void {
    this.count = 0;
    this.lines = [];
    this.types = [];
  }
}
