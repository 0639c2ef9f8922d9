/**
 * What carriers report of a parcel (UPU EMSEVT): EMA posted, EMB/EMC arrival at and departure from the outward office,
 * EMD/EMF the same inward, EMG at the delivery office, EDG out for delivery, EMH unsuccessful attempt, EDH at a
 * pick-up point, EDF held, EMI delivered. A carrier's own list is mapped to these by its connector.
 */
export const POST_EVENTS = [
  'EMA',
  'EMB',
  'EMC',
  'EMD',
  'EMF',
  'EMG',
  'EDG',
  'EMH',
  'EDH',
  'EDF',
  'EMI',
] as const;
export type PostEventCode = (typeof POST_EVENTS)[number];

/** What the carrier does after an unsuccessful attempt (EMH): only the first brings the parcel back. */
export const POST_ACTIONS = ['returnToSender', 'tryAgain'] as const;
export type PostAction = (typeof POST_ACTIONS)[number];

/** True for one of {@link POST_EVENTS}. */
export function isPostEvent(value: unknown): value is PostEventCode {
  return (POST_EVENTS as readonly unknown[]).includes(value);
}

/** True for one of {@link POST_ACTIONS}. */
export function isPostAction(value: unknown): value is PostAction {
  return (POST_ACTIONS as readonly unknown[]).includes(value);
}
