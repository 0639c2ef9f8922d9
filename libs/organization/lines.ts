/** What can be read from: a whole text, or pieces of it as they come (a file stream). Bytes are UTF-8. */
export type TextSource = string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** A line longer than this is no row: the rest of it is passed over, so that one fault cannot fill the memory. */
export const LONGEST_LINE = 1_000_000;

export interface Line {
  /** counted from 1 */
  number: number;
  text: string;
  tooLong: boolean;
}

/** The lines of a source, one by one, without their ends (LF or CRLF) and without a byte order mark. */
export async function* linesOf(source: TextSource): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  let tooLong = false;

  function finish(text: string): Line {
    number += 1;
    const line = { number, text: text.endsWith('\r') ? text.slice(0, -1) : text, tooLong };
    tooLong = false;
    return number === 1 && line.text.startsWith('\ufeff') ? { ...line, text: line.text.slice(1) } : line;
  }

  for await (const piece of typeof source === 'string' ? [source] : source) {
    let text = rest + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }));
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end - start > LONGEST_LINE) tooLong = true;
      yield finish(text.slice(start, Math.min(end, start + LONGEST_LINE)));
      start = end + 1;
    }
    text = text.slice(start);
    if (text.length > LONGEST_LINE) {
      tooLong = true;
      text = text.slice(0, LONGEST_LINE);
    }
    rest = text;
  }
  rest += decoder.decode();
  if (rest !== '') yield finish(rest);
}

/** Looks ahead in the lines, so that a record which does not end well can be given up after its first line only. */
export class LineWindow {
  private readonly seen: Line[] = [];

  constructor(private readonly lines: AsyncGenerator<Line>) {}

  /** The line `ahead` lines from here, or undefined past the end. */
  async peek(ahead: number): Promise<Line | undefined> {
    while (this.seen.length <= ahead) {
      const next = await this.lines.next();
      if (next.done) return undefined;
      this.seen.push(next.value);
    }
    return this.seen[ahead];
  }

  /** Moves on by `count` lines. */
  drop(count: number): void {
    this.seen.splice(0, count);
  }
}
