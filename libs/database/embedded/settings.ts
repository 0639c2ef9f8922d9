import { totalmem } from 'node:os';

/** The settings of an embedded server, as arguments. Not durable means: for tests, thrown away afterwards. */
export function settings(port: number, durable: boolean, socketFolder: string | null): string[] {
  const megabytes = Math.max(64, Math.min(512, Math.floor(totalmem() / 2 ** 20 / 8)));
  const force = durable ? 'on' : 'off';
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder ?? '',
    port,
    // The bench's rows each have a pool of their own.
    max_connections: 200,
    shared_buffers: `${durable ? megabytes : 64}MB`,
    // Sorts and sums of a report stay in memory.
    work_mem: '16MB',
    fsync: force,
    synchronous_commit: force,
    full_page_writes: force,
    // Few, evenly spread checkpoints: after each, every page is written to the log in full once more.
    max_wal_size: '2GB',
    min_wal_size: durable ? '256MB' : '80MB',
    checkpoint_timeout: '15min',
    wal_buffers: '16MB',
    // What is written in full after a checkpoint is mostly air.
    wal_compression: 'pglz',
    // Statements here take milliseconds; compiling them would take longer than running them.
    jit: 'off',
    random_page_cost: 1.1,
    // A repeated command is told by an error (libs/dossier): two lines in the log for it, without the whole statement.
    log_min_error_statement: 'fatal',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
