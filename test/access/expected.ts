import { CAPABILITIES, RIGHTS, type Capability, type CommandName, type Right } from '#libs/workflow';
import { type Place, type Story } from './places.js';
import type { Person } from './people.js';

/*
 * What the tables say, worked out from the tables alone: no function of the guard, of the engine or of the list of actions
 * is asked.
 */

/** What somebody may do at a place of a story, by the table of rights. */
export function allowedBy(person: Person, story: Story, place: Place): CommandName[] {
  const row = Object.entries(RIGHTS[place.state]) as [CommandName, readonly Right[]][];
  return row
    .filter(([command]) => !place.cannot?.includes(command))
    .filter(([, rights]) => rights.some((right) => isHeld(right, person, story, place)))
    .map(([command]) => command)
    .sort();
}

function isHeld({ position, relations }: Right, { role, unit }: Person, story: Story, place: Place): boolean {
  const step = place.step === null ? undefined : story.steps[place.step]!;
  const wanted = position === 'performer' ? step?.position : position;
  if (wanted === undefined || !(role === wanted || (wanted === 'specialist' && role === 'head')))
    return false;
  return relations.some((relation) => {
    if (relation === 'everywhere') return unit === null;
    if (relation === 'receiving') return unit === story.receiving;
    if (relation === 'competent') return unit === story.competent;
    return step !== undefined && unit === step.unit;
  });
}

/** Whether a role has a capability, by the table. */
export function can({ role }: Person, capability: Capability): boolean {
  return (CAPABILITIES[capability] as readonly string[]).includes(role);
}
