/** Where the API says what nobody asked for. One line of JSON each; never a body, a query or a name. */
export interface Log {
  error(message: string, facts: Facts, cause: unknown): void;
  /** what only matters to someone who looks for a fault */
  debug?(message: string, facts: Facts): void;
}

type Facts = Readonly<Record<string, string | number>>;

/** Writes to standard error: standard output belongs to the answers of commands. */
export function logTo(write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`)): Log {
  return {
    error(message, facts, cause) {
      const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      write(
        JSON.stringify({ time: new Date().toISOString(), level: 'error', message, ...facts, cause: stack }),
      );
    },
  };
}
