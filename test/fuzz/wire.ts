import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  /** status line and headers as they were sent */
  head: string;
  /** by lower-case name; several of one name joined by a line break */
  headers: ReadonlyMap<string, string>;
  text: string;
}

const END_OF_HEAD = '\r\n\r\n';
/** Far beyond what an answer takes: a connection that hangs is a finding, not a test that never ends. */
const PATIENCE_MS = 30_000;

interface Waiting {
  resolve(answer: WireAnswer): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * A kept-alive connection that sends bytes as they are: `fetch` and node:http refuse, or tidy up, most of what is to be
 * sent here. Connects anew when the server closed. Rejects when no answer comes, or more than was asked for.
 */
export class Wire {
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  constructor(private readonly port: number) {}

  /** Sends a whole request and gives its answer. One at a time. */
  async ask(request: Buffer): Promise<WireAnswer> {
    const socket = (this.socket ??= await this.open());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new Error('no answer came')), PATIENCE_MS);
      this.waiting = { resolve, reject, timer };
      socket.write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(socket));
      socket.setNoDelay(true);
      this.received = Buffer.alloc(0);
      const current = (): boolean => this.socket === socket;
      socket.on('data', (chunk) => current() && this.read(chunk));
      socket.on('error', (error) => (current() ? this.fail(error) : reject(error)));
      socket.on('close', () => {
        if (!current()) return;
        this.socket = undefined;
        this.fail(new Error('the connection was closed without an answer'));
      });
    });
  }

  private read(chunk: Buffer): void {
    if (!this.waiting)
      return this.fail(new Error(`an answer that nobody asked for: ${chunk.toString('latin1')}`));
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const headers = headersOf(head);
    const from = end + END_OF_HEAD.length;
    const status = Number(head.slice(9, 12));
    const bare = status === 204 || status === 304;
    let body: Body | undefined;
    try {
      body = bare ? { bytes: Buffer.alloc(0), to: from } : bodyAt(this.received, from, headers);
    } catch (error) {
      return this.fail(new Error(`${(error as Error).message}: ${head}`));
    }
    if (!body) return;
    const text = body.bytes.toString('utf8');
    const rest = this.received.subarray(body.to);
    if (rest.length > 0) return this.fail(new Error(`more than one answer: ${rest.toString('latin1')}`));
    this.received = rest;
    if (/^close$/i.test(headers.get('connection') ?? '')) this.close();
    const { waiting } = this;
    this.waiting = undefined;
    clearTimeout(waiting.timer);
    waiting.resolve({ status, head, headers, text });
  }

  private fail(error: Error): void {
    this.close();
    const { waiting } = this;
    this.waiting = undefined;
    clearTimeout(waiting?.timer);
    waiting?.reject(error);
  }
}

interface Body {
  bytes: Buffer;
  /** the place after it */
  to: number;
}

/** The body that begins at a place; undefined while it is not all there. Throws for what has no length, or two. */
function bodyAt(received: Buffer, from: number, headers: ReadonlyMap<string, string>): Body | undefined {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined) {
    if (coding !== 'chunked' || length !== undefined) throw new Error('two lengths, or an unknown coding');
    return chunksAt(received, from);
  }
  if (length === undefined || !/^\d+$/.test(length)) throw new Error('no Content-Length');
  const to = from + Number(length);
  return received.length < to ? undefined : { bytes: received.subarray(from, to), to };
}

const LINE = '\r\n';

/** RFC 9112, 7.1; without extensions and trailers, which this server has no use for. */
function chunksAt(received: Buffer, from: number): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = from; ;) {
    const end = received.indexOf(LINE, at);
    if (end < 0) return undefined;
    const size = received.toString('latin1', at, end);
    if (!/^[\da-f]{1,8}$/i.test(size)) throw new Error(`no size of a chunk: ${size}`);
    const start = end + LINE.length;
    const after = start + Number.parseInt(size, 16);
    const to = after + LINE.length;
    if (received.length < to) return undefined;
    if (received.toString('latin1', after, to) !== LINE) throw new Error('a chunk that does not end');
    if (after === start) return { bytes: Buffer.concat(chunks), to };
    chunks.push(received.subarray(start, after));
    at = to;
  }
}

function headersOf(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}\n${value}` : value);
  }
  return headers;
}
