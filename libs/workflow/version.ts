/** The machine that snapshots of this room belong to. */
export const MACHINE = 'dossier';

/**
 * The lifecycle's version. Raised when a snapshot written before could no longer be read as it was meant: a state or a
 * field of the context renamed, dropped, or given another meaning. The golden snapshots in the tests hold it.
 */
export const LIFECYCLE_VERSION = 1;
