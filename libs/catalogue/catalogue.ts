import { type Day, validOn } from '#libs/organization';
import type { ProcedureDefinition } from '#libs/workflow';
import type { ProcedureVersion } from './types.js';

/** The catalogue as it was read: immutable, in memory. */
export interface Catalogue {
  /** The version that a dossier is pinned to. */
  version(id: number): ProcedureVersion | undefined;
  /** The version of a code that is in force on a day. */
  current(code: string, day: Day): ProcedureVersion | undefined;
  /** Every version of a code, oldest first. */
  versions(code: string): readonly ProcedureVersion[];
  definition(key: string): ProcedureDefinition | undefined;
  definitions(): readonly ProcedureDefinition[];
  /** Every version of every procedure, by code and then by version. */
  all(): readonly ProcedureVersion[];
}

/** Builds the catalogue. The parts are frozen; the caller must not keep changing them. */
export function makeCatalogue(versions: ProcedureVersion[], definitions: ProcedureDefinition[]): Catalogue {
  for (const part of [...versions, ...definitions]) Object.freeze(part);
  const sorted = Object.freeze(
    [...versions].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.version - b.version)),
  );
  const ids = new Map(sorted.map((version) => [version.id, version]));
  const codes = new Map<string, ProcedureVersion[]>();
  for (const version of sorted) codes.set(version.code, [...(codes.get(version.code) ?? []), version]);
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  return Object.freeze({
    version: (id: number) => ids.get(id),
    // Two versions imported on one day leave the first without a day of its own: validOn never finds it.
    current: (code: string, day: Day) => codes.get(code)?.find((version) => validOn(version, day)),
    versions: (code: string) => codes.get(code) ?? [],
    definition: (key: string) => byKey.get(key),
    definitions: () => [...byKey.values()],
    all: () => sorted,
  });
}
