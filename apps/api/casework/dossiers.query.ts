import { STATES } from '#libs/workflow';
import { ApiSchema } from '@nestjs/swagger';
import { LONGEST_REASON } from '../counter/intake.dto.js';
import { Line, OneOf, Prose, Whole } from '../validation/fields.js';

/** Which dossiers to list. Every condition narrows; without any, all are listed, the newest filed first. */
export class ListQuery {
  @OneOf(STATES, { about: 'in this state', code: 'unknown_state', optional: true })
  state?: string;

  @Line({ about: 'agency code of the competent, the receiving or the holding unit', max: 40, optional: true })
  unit?: string;

  @Line({ about: 'procedure code, all its versions', max: 40, optional: true })
  procedure?: string;

  @OneOf(['counter', 'online', 'postal'], { about: 'how it came', code: 'unknown_channel', optional: true })
  channel?: string;

  @Line({
    about: 'the clock runs and ends before this moment (ISO 8601 with offset)',
    max: 40,
    optional: true,
    example: '2019-06-14T17:00:00+07:00',
  })
  dueBefore?: string;

  @OneOf(['true', 'false'], { about: 'the office is late now, or not', optional: true })
  overdue?: 'true' | 'false';

  @OneOf(['running', 'paused', 'stopped', 'unknown'], {
    about: 'where the clock stands; unknown: the calendar does not know a year that it needs',
    optional: true,
  })
  deadline?: 'running' | 'paused' | 'stopped' | 'unknown';

  @Whole({ about: 'lines of a page; default 50', min: 1, max: 200, inQuery: true, optional: true })
  limit?: number;

  @Line({ about: '`next` of the page before', max: 500, optional: true })
  cursor?: string;
}

@ApiSchema({ name: 'SearchQuery', description: 'Which dossiers to find.' })
/** Which dossiers to find: the same conditions, and a text. In the body of a request: names are in no address. */
@ApiSchema({ name: 'SearchQuery' })
export class SearchQuery extends ListQuery {
  @Line({
    about:
      'words of the applicant’s name (with or without accents), the beginning of a code from its first point on, or a whole paper number',
    max: 200,
    optional: true,
    example: 'nguyen van',
  })
  text?: string;
}

/** At which moment to look at a dossier. */
export class MomentQuery {
  @Line({ about: 'as it stood at this moment (ISO 8601 with offset)', max: 40, optional: true })
  asOf?: string;

  @Line({ about: 'as far as it was known at this moment; default: now', max: 40, optional: true })
  knownAt?: string;
}

/** How far back in knowledge to look at a history. */
export class KnownQuery {
  @Line({ about: 'leave out what was recorded later than this moment', max: 40, optional: true })
  knownAt?: string;
}

@ApiSchema({
  name: 'Reveal',
  description: 'Asks for an applicant’s data as they are. Recorded, with the reason.',
})
export class RevealDto {
  @Prose({ about: 'why they have to be seen', max: LONGEST_REASON })
  reason!: string;
}
