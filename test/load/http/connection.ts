import { connect, type Socket } from 'node:net';

/** What came back for one request. */
export interface HttpAnswer {
  status: number;
  body: string;
}

const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * One kept-alive connection that asks one thing at a time, written straight onto the socket. The generator shares the
 * machine with the server: what it does not use, the server has. `fetch` and node:http take several times as much.
 * Understands what the API sends, answers with a Content-Length, and rejects whatever else.
 */
export class Connection {
  private waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;
  private received = '';
  private failed: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    // One byte a character: lengths are counted in bytes, and whole bodies are decoded at the end.
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.read(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  /** Connects to a port of this machine. */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends a whole request, head and body, and gives the answer. */
  ask(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.failed) return reject(this.failed);
      this.waiting = { resolve, reject };
      this.socket.write(request, 'utf8');
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: string): void {
    this.received = this.received === '' ? chunk : this.received + chunk;
    const end = this.received.indexOf(HEAD_END);
    if (end < 0) return;
    const from = end + HEAD_END.length;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, end))?.[1];
    if (length === undefined) return this.fail(new Error('an answer without Content-Length'));
    const to = from + Number(length);
    if (this.received.length < to) return;
    const status = Number(this.received.slice(STATUS_AT, STATUS_AT + 3));
    const body = Buffer.from(this.received.slice(from, to), 'latin1').toString();
    this.received = this.received.slice(to);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status, body });
  }

  private fail(error: Error): void {
    this.failed ??= error;
    this.socket.destroy();
    this.waiting?.reject(this.failed);
    this.waiting = undefined;
  }
}
