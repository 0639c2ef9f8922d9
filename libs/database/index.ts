export { type Pool, type PoolClient, connect, openPool, splitUrl, transaction } from './connect.js';
export { type Database, asApp, openDatabase } from './database.js';
export { eraseEmbedded } from './embedded/erase.js';
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded/server.js';
export { DatabaseFault } from './faults.js';
export { type FollowOptions, type Follower, follow } from './log/follow.js';
export { type FollowerLag, lagOf, listFollowers } from './log/lag.js';
export { type LogEvent, type Position } from './log/position.js';
export { migrate } from './migrate.js';
