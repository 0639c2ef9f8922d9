import { amendable } from './intake.js';
import { lifecycle } from './setup.js';

const toThePost = { target: 'posted', guard: 'itemIsNew', actions: 'ship' } as const;
/** Carriers report in any order, twice, and late: word of a parcel of ours is always taken down. */
const justNote = { guard: 'itemIsKnown', actions: 'note' } as const;
const arrival = { target: 'delivered', guard: 'arrives', actions: 'arrive' } as const;

/** The decision is made; the result lies ready. */
export const resolved = lifecycle.createStateConfig({
  on: { ...amendable, handToPost: toThePost, offerAtCounter: 'awaitingCollection' },
});

/** The result is with the carrier. An unsuccessful attempt leaves it there unless the parcel is sent back. */
export const posted = lifecycle.createStateConfig({
  on: {
    ...amendable,
    recordPostEvent: [
      { target: 'awaitingCollection', guard: 'comesBack', actions: 'takeBack' },
      arrival,
      justNote,
    ],
  },
});

/** The result lies at the counter: offered there, or sent back by the post and then perhaps delivered after all. */
export const awaitingCollection = lifecycle.createStateConfig({
  exit: 'forgetReason',
  on: {
    ...amendable,
    collect: 'delivered',
    handToPost: toThePost,
    recordPostEvent: [arrival, justNote],
  },
});

/** The citizen has the result. What carriers still report is taken down and changes nothing. */
export const delivered = lifecycle.createStateConfig({
  on: { ...amendable, recordPostEvent: justNote },
});
