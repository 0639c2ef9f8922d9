export { type Pool, type PoolClient, connect, openPool, splitUrl, transaction } from './connect.js';
export { type Database, openDatabase } from './database.js';
export { type DatabaseRole, asApp, asRole } from './roles.js';
export { eraseEmbedded } from './embedded/erase.js';
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded/server.js';
export { DatabaseFault } from './faults.js';
export { Lanes } from './lanes.js';
export {
  Chain,
  type ChainBreak,
  type ChainEvent,
  HASH_BYTES,
  chainHash,
  chainText,
  verifyChain,
} from './log/chain.js';
export { type FollowOptions, type Follower, type RangeOptions, follow, followRanges } from './log/follow.js';
export { type FollowerLag, lagOf, listFollowers } from './log/lag.js';
export { type LogEvent, type LogRange, type Position, inRange, rangeValues } from './log/position.js';
export { migrate } from './migrate.js';
export { Reads, openReads } from './reads.js';
export { type Hands, type Scope, POST_UNIT, inScope, scopeText } from './scope.js';
