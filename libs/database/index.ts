export { type Pool, type PoolClient, connect, openPool, transaction } from './connect.js';
export { type Database, asApp, openDatabase } from './database.js';
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded/server.js';
export { DatabaseFault } from './faults.js';
export { migrate } from './migrate.js';
