import { Foundation1553000000000 } from './1553000000000-foundation.js';
import { LeanCommit1764000000000 } from './1764000000000-lean-commit.js';
import { Reads1764000001000 } from './1764000001000-reads.js';
import { Access1764100000000 } from './1764100000000-access.js';
import { Identity1764100001000 } from './1764100001000-identity.js';
import { Seal1764100002000 } from './1764100002000-seal.js';
import { ScopedReads1764100003000 } from './1764100003000-scoped-reads.js';
import { ScopedPlans1764100004000 } from './1764100004000-scoped-plans.js';

/** Every migration, oldest first. Listed by hand, so that what runs is what was compiled, never what a folder holds. */
export const migrations = [
  Foundation1553000000000,
  LeanCommit1764000000000,
  Reads1764000001000,
  Access1764100000000,
  Identity1764100001000,
  Seal1764100002000,
  ScopedReads1764100003000,
  ScopedPlans1764100004000,
];
