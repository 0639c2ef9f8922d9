import type { connect } from '#libs/database';

type Client = Awaited<ReturnType<typeof connect>>;

/** What `pg` calls on a query of its own making: the part of its connection that COPY needs. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One row in COPY's text format. */
export function copyLine(values: readonly unknown[]): string {
  let line = '';
  for (let at = 0; at < values.length; at++) {
    if (at > 0) line += '\t';
    const value = values[at];
    if (value === null || value === undefined) line += '\\N';
    else if (typeof value === 'string') {
      line += SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign]!) : value;
    } else line += String(value);
  }
  return `${line}\n`;
}

/**
 * Sends rows by COPY … FROM STDIN, for which `pg` has no call of its own: a query object with the hooks that it calls.
 * Rejects with the server's error.
 */
export function copyInto(client: Client, table: string, columns: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed: Error | undefined;
    const query = {
      submit: (wire: Wire) => wire.query(`COPY ${table} (${columns}) FROM STDIN`),
      handleCopyInResponse: (wire: Wire) => {
        wire.sendCopyFromChunk(Buffer.from(text));
        wire.endCopyFrom();
      },
      handleError: (error: Error) => {
        failed = error;
        reject(error);
      },
      handleReadyForQuery: () => {
        if (!failed) resolve();
      },
      handleCommandComplete: () => {},
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handlePortalSuspended: () => {},
      handleEmptyQuery: () => {},
      handleCopyData: () => {},
    };
    (client as unknown as { query(own: typeof query): void }).query(query);
  });
}
