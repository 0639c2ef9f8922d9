import type { CommandName, DossierContext } from '../types.js';
import type { PostAction, PostEventCode } from '../post-events.js';

/** Commands whose payload the statechart itself looks at; of the others it needs the name only. */
type Detailed = 'completeStep' | 'returnToStep' | 'resolve' | 'handToPost' | 'recordPostEvent';

/** What the statechart is sent: a command whose payload has been read and found well formed. */
export type LifecycleEvent =
  | { type: Exclude<CommandName, Detailed> }
  | { type: 'completeStep'; next: string }
  | { type: 'returnToStep'; step: string }
  | { type: 'resolve'; outcome: 'approved' | 'rejected' }
  | { type: 'handToPost'; itemNumber: string }
  | {
      type: 'recordPostEvent';
      itemNumber: string;
      event: PostEventCode;
      action: PostAction | null;
      reason: string | null;
    };

/** What a dossier remembers the moment it is filed. */
export function emptyContext(): DossierContext {
  return { accepted: false, returnTo: null, outcome: null, shipments: [], returnReason: null };
}
