import { describeCause } from '#libs/kernel';

/**
 * Where the API says what nobody asked for. One line of JSON each; never a body, a query, a header or a name, and of an
 * error no word that may be a value.
 */
export interface Log {
  error(message: string, facts: Facts, cause: unknown): void;
  /** what only matters to someone who looks for a fault */
  debug?(message: string, facts: Facts): void;
}

type Facts = Readonly<Record<string, string | number>>;

/** Writes to standard error: standard output belongs to the answers of commands. */
export function logTo(write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`)): Log {
  const tell = (level: string, message: string, facts: Facts): void =>
    write(JSON.stringify({ time: new Date().toISOString(), level, message, ...facts }));
  return {
    error(message, facts, cause) {
      tell('error', message, { ...facts, cause: describeCause(cause, { frames: true }) });
    },
    debug: (message, facts) => tell('debug', message, facts),
  };
}
