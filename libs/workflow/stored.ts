import type { CompiledDefinition } from './compile.js';
import type { Place } from './engine.js';
import type { DossierSnapshot } from './types.js';
import { LIFECYCLE_VERSION, MACHINE } from './version.js';

/** The stored form of a place: what the machine made of a dossier, under our machine's name and version. */
export function stored(compiled: CompiledDefinition, place: Place): DossierSnapshot {
  return {
    machine: MACHINE,
    version: LIFECYCLE_VERSION,
    definition: compiled.definition.key,
    state: place.state,
    step: place.step,
    context: place.context,
  };
}
