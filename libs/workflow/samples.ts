import type { JsonObject } from '#libs/kernel';
import type { CompiledDefinition } from './compile.js';
import { itemNumberOf } from './item-number.js';
import type { CommandName, DossierSnapshot } from './types.js';

const reason = 'ví dụ';

/** An item number that the dossier was never handed over under. */
function freshItemNumber(snapshot: DossierSnapshot): string {
  const used = new Set(snapshot.context.shipments.map((one) => one.itemNumber));
  let serial = 47_312_482 + used.size;
  while (used.has(itemNumberOf(serial))) serial += 1;
  return itemNumberOf(serial);
}

/**
 * Payloads that a command could well have here, one for each way it can go: each next step, each earlier step, both
 * outcomes, the carrier's events that matter. Empty when no payload could fit (no parcel to report on). They decide
 * what is *available*, and they drive the tests that walk every path.
 */
export function samplePayloads(
  compiled: CompiledDefinition,
  snapshot: DossierSnapshot,
  command: CommandName,
): JsonObject[] {
  const plan = snapshot.step === null ? undefined : compiled.steps.get(snapshot.step);
  switch (command) {
    case 'completeStep':
      return (plan?.next ?? []).map((next) => ({ step: plan!.name, next }));
    case 'returnToStep':
      return (plan?.earlier ?? []).map((step) => ({ step, reason }));
    case 'resolve':
      return [{ outcome: 'approved' }, { outcome: 'rejected' }];
    case 'handToPost':
      return [{ itemNumber: freshItemNumber(snapshot) }];
    case 'recordPostEvent': {
      const itemNumber = snapshot.context.shipments.at(-1)?.itemNumber;
      if (itemNumber === undefined) return [];
      return [
        { itemNumber, event: 'EMG' },
        { itemNumber, event: 'EMH', action: 'tryAgain' },
        { itemNumber, event: 'EMH', action: 'returnToSender' },
        { itemNumber, event: 'EMI' },
      ];
    }
    case 'refuse':
    case 'discontinue':
    case 'requestSupplement':
      return [{ reason }];
    case 'amend':
      return [{ field: 'applicant.name' }];
    default:
      return [{}];
  }
}
