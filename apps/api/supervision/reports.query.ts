import { BACKLOG_KEYS, REPORT_KEYS } from '#libs/reporting';
import { Line, OneOf } from '../validation/fields.js';

/** Which period to count, and how to split it. */
export class QuarterlyQuery {
  @Line({ about: 'a stored period', max: 40, optional: true, example: '2019Q2' })
  period?: string;

  @Line({ about: 'instead of a period: its first day', max: 20, optional: true, example: '2019-03-15' })
  from?: string;

  @Line({ about: 'with from: the first day after it', max: 20, optional: true, example: '2019-06-15' })
  until?: string;

  @OneOf(REPORT_KEYS, {
    about: 'one line for each; default: level',
    code: 'unknown_report_key',
    optional: true,
  })
  by?: (typeof REPORT_KEYS)[number];

  @Line({ about: 'count only what was recorded by this moment; default: now', max: 40, optional: true })
  knownAt?: string;
}

/** How to split what is in process. */
export class BacklogQuery {
  @OneOf(BACKLOG_KEYS, {
    about: 'one line for each; default: unit',
    code: 'unknown_report_key',
    optional: true,
  })
  by?: (typeof BACKLOG_KEYS)[number];
}
