import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CountedEvent, countStory, readStory } from './dossier-count.js';
import { localDay } from './local-day.js';

const story = (...events: [type: string, day: string, timing?: string][]): ReturnType<typeof readStory> =>
  readStory(events.map(([type, day, timing]): CountedEvent => ({ type, day, timing })));
const FROM = '2019-03-15';
const UNTIL = '2019-06-15';

test('a dossier that was never accepted is on no line', () => {
  const withdrawn = story(['submitted', '2019-04-01'], ['withdrawn', '2019-04-02']);
  assert.equal(countStory(withdrawn, 'counter', FROM, UNTIL), null);
});

test('a dossier received before the period and resolved in it is carried over and resolved, not received', () => {
  const counts = countStory(
    story(['received', '2019-03-14'], ['resolved', '2019-03-15', 'before']),
    'online',
    FROM,
    UNTIL,
  )!;
  assert.deepEqual(
    [counts.carriedOver, counts.receivedOnline, counts.resolvedBefore, counts.inProcess],
    [1, 0, 1, 0],
  );
});

test('a dossier resolved on the first day after the period is in process at its end', () => {
  const counts = countStory(
    story(['received', '2019-06-14'], ['resolved', '2019-06-15', 'on']),
    'postal',
    FROM,
    UNTIL,
  )!;
  assert.deepEqual([counts.receivedCounterOrPost, counts.resolvedOnTime, counts.inProcess], [1, 0, 1]);
});

test('a dossier stands as overdue only while the office is late: not once it waits for the applicant', () => {
  const late = story(['received', '2019-04-01'], ['overdue', '2019-04-09']);
  const asked = story(
    ['received', '2019-04-01'],
    ['overdue', '2019-04-09'],
    ['supplementRequested', '2019-06-14'],
  );
  const askedLater = story(
    ['received', '2019-04-01'],
    ['overdue', '2019-04-09'],
    ['paymentRequested', '2019-06-15'],
  );
  assert.deepEqual(
    [late, asked, askedLater].map((s) => countStory(s, 'counter', FROM, UNTIL)!.inProcessOverdue),
    [1, 0, 1],
  );
});

test('a withdrawn dossier is resolved on time, however late the office was', () => {
  const counts = countStory(
    story(['received', '2019-04-01'], ['overdue', '2019-04-09'], ['withdrawn', '2019-04-20', 'overdue']),
    'counter',
    FROM,
    UNTIL,
  )!;
  assert.deepEqual([counts.resolvedOnTime, counts.resolvedOverdue, counts.inProcessOverdue], [1, 0, 0]);
});

test('what is done after the result (the post, the collection) counts nothing', () => {
  const plain = story(['received', '2019-04-01'], ['resolved', '2019-04-02', 'on']);
  const posted = story(
    ['received', '2019-04-01'],
    ['resolved', '2019-04-02', 'on'],
    ['handedToPost', '2019-04-03'],
    ['overdue', '2019-04-04'],
    ['resolved', '2019-04-05', 'overdue'],
  );
  assert.deepEqual(countStory(posted, 'counter', FROM, UNTIL), countStory(plain, 'counter', FROM, UNTIL));
});

test('a day begins at midnight in Asia/Ho_Chi_Minh', () => {
  assert.equal(localDay('2019-06-14T16:59:59.999Z'), '2019-06-14');
  assert.equal(localDay('2019-06-14T17:00:00.000Z'), '2019-06-15');
  assert.equal(localDay('2018-12-31T17:00:00.000Z'), '2019-01-01');
});
