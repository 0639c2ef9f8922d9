import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// The lock file says that the process is still the server, and not a later one with its number. A server that is just
// being started has none yet, so it is looked for ten seconds long.
const SCRIPT = `
  read -r _
  tries=0
  while kill -0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do
    [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -INT "$1" && exit
    tries=$((tries + 1))
    sleep 0.1
  done`;

/**
 * Stops server `pid` when this process ends, however it ends: the guard holds one end of a pipe whose other end dies
 * with us, even by `kill -9`, and then asks the server to stop. A shell does that on every Unix; where there is none,
 * the next start cleans up. Returns the function that dismisses the guard, once the server is gone.
 */
export function guardServer(pid: number, lockFile: string): () => void {
  const guard = spawn('sh', ['-c', SCRIPT, 'motcua-guard', String(pid), lockFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  guard.unref();
  return () => guard.stdin.destroy();
}
