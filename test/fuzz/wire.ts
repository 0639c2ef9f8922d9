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
    const length = status === 204 || status === 304 ? '0' : headers.get('content-length');
    if (length === undefined || !/^\d+$/.test(length))
      return this.fail(new Error(`no Content-Length: ${head}`));
    const to = from + Number(length);
    if (this.received.length < to) return;
    const text = this.received.toString('utf8', from, to);
    const rest = this.received.subarray(to);
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
