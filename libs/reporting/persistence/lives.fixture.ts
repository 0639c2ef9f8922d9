import fc from 'fast-check';
import type { JsonObject } from '#libs/kernel';
import { type History, type HistoryEvent, type Line, at } from './history.fixture.js';

const HOUR = 3_600_000;

/** Where a dossier stands, as far as the count cares. */
interface Place {
  accepted: boolean;
  closed: boolean;
  waiting: boolean;
  overdue: boolean;
}
/** One thing that may happen to a dossier: what the commit would write, and where it stands afterwards; null: impossible now. */
type Move = (place: Place, when: number) => { type: string; data: JsonObject; place: Place } | null;

const marks = (place: Place): JsonObject => (place.overdue ? { wasOverdue: true } : {});

/** A closing. Of a dossier never accepted it bears no mark, and counts nowhere. */
const close =
  (type: string, timing: 'before' | 'on', possible: (place: Place) => boolean): Move =>
  (place) => {
    if (place.closed || !possible(place)) return null;
    const late = type === 'resolved' && place.overdue ? 'overdue' : timing;
    const data = place.accepted ? { counted: true, timing: late, ...marks(place) } : {};
    return { type, data, place: { ...place, closed: true, waiting: false, overdue: false } };
  };
const wait =
  (type: string): Move =>
  (place) =>
    place.closed || place.waiting
      ? null
      : {
          type,
          data: place.accepted ? marks(place) : {},
          place: { ...place, waiting: true, overdue: false },
        };
const goOn =
  (type: string): Move =>
  (place) =>
    place.closed || !place.waiting ? null : { type, data: {}, place: { ...place, waiting: false } };
const note =
  (type: string, possible: (place: Place) => boolean): Move =>
  (place) =>
    possible(place) ? { type, data: { p: { note: 1 } }, place } : null;

const atWork = (place: Place): boolean => place.accepted && !place.closed && !place.waiting;
const receive: Move = (place) =>
  place.accepted || place.closed || place.waiting
    ? null
    : { type: 'received', data: { counted: true }, place: { ...place, accepted: true } };
const alarm: Move = (place) =>
  atWork(place) && !place.overdue ? { type: 'overdue', data: {}, place: { ...place, overdue: true } } : null;
const laterDate: Move = (place, when) => {
  if (!atWork(place)) return null;
  const deadline = { status: 'running', dueAt: new Date(when + HOUR).toISOString() };
  return {
    type: 'deadlineComputed',
    data: { deadline, ...marks(place) },
    place: { ...place, overdue: false },
  };
};

/** A new date that has passed too: the dossier stands as late as before, and no second alarm is raised for it. */
const stillLate: Move = (place, when) => {
  const deadline = { status: 'running', dueAt: new Date(when - HOUR).toISOString() };
  return place.overdue ? { type: 'deadlineComputed', data: { deadline }, place } : null;
};

/** Every kind of move that matters to the count, and some that do not. The first accepts the dossier. */
const MOVES: Move[] = [
  receive,
  close('resolved', 'before', atWork),
  close('resolved', 'on', atWork),
  close('withdrawn', 'on', () => true),
  close('discontinued', 'on', (place) => place.accepted),
  close('refused', 'on', (place) => !place.accepted),
  wait('supplementRequested'),
  wait('paymentRequested'),
  goOn('supplemented'),
  goOn('paymentConfirmed'),
  alarm,
  alarm,
  laterDate,
  stillLate,
  note('dueSoon', atWork),
  note('stepCompleted', atWork),
  note('handedToPost', (place) => place.closed && place.accepted),
  note('collected', (place) => place.closed && place.accepted),
];

const START = Date.parse(at('2019-03-10 07:00'));

function live(
  name: string,
  line: Line,
  startHour: number,
  steps: { move: number; hours: number; lateHours: number }[],
): History {
  let when = START + startHour * HOUR;
  let place: Place = { accepted: false, closed: false, waiting: false, overdue: false };
  let recorded = when;
  const events: HistoryEvent[] = [{ type: 'submitted', at: new Date(when).toISOString(), data: {} }];
  for (const { move, hours, lateHours } of steps) {
    when += hours * HOUR;
    const outcome = MOVES[move % MOVES.length]!(place, when);
    if (!outcome) continue;
    place = outcome.place;
    // A dossier's events are recorded in the order of its versions, at once or later; never before they happened.
    recorded = Math.max(recorded, when + lateHours * HOUR);
    events.push({
      type: outcome.type,
      at: new Date(when).toISOString(),
      recordedAt: new Date(recorded).toISOString(),
      data: outcome.data,
    });
  }
  return { name, ...line, events };
}

const line: fc.Arbitrary<Line> = fc.record({
  unit: fc.constantFrom('department', 'district', 'communeA', 'communeB'),
  procedure: fc.constantFrom('birth', 'land', 'licence'),
  channel: fc.constantFrom('counter', 'online', 'postal'),
});

const steps = fc.array(
  fc.record({
    move: fc.nat(MOVES.length - 1),
    hours: fc.constantFrom(0, 0.25, 1, 7, 17, 24, 24 * 9, 24 * 40),
    lateHours: fc.constantFrom(0, 0, 0, 1, 24 * 3, 24 * 30),
  }),
  { minLength: 4, maxLength: 16 },
);

/** Any handful of dossiers with any lives that the statechart's rules allow; `prefix` keeps runs apart. */
export const histories = (prefix: string): fc.Arbitrary<History[]> =>
  fc
    .array(fc.record({ line, startHour: fc.nat(24 * 100), steps, receive: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((dossiers) =>
      dossiers.map((d, i) =>
        live(
          `${prefix}-${i}`,
          d.line,
          d.startHour,
          d.receive ? [{ move: 0, hours: 1, lateHours: 0 }, ...d.steps] : d.steps,
        ),
      ),
    );

/** A day in the stretch that the lives cover. */
export const day: fc.Arbitrary<string> = fc
  .nat(260)
  .map((n) => new Date(Date.parse('2019-03-01T00:00:00Z') + n * 24 * HOUR).toISOString().slice(0, 10));
