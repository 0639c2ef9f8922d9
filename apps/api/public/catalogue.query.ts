import { CHANNELS } from '#libs/catalogue';
import { Line, OneOf, Whole } from '../validation/fields.js';

/** Which procedures to list. */
export class ProceduresQuery {
  @Line({
    about: 'words of the name (with or without accents), or the beginning of a code',
    max: 200,
    optional: true,
  })
  text?: string;

  @Line({ about: 'of this level', max: 40, optional: true, example: 'commune' })
  level?: string;

  @Line({ about: 'of this sector, exactly as written', max: 300, optional: true })
  sector?: string;

  @OneOf(CHANNELS, { about: 'offered by this channel', code: 'unknown_channel', optional: true })
  channel?: string;

  @Whole({ about: 'lines of a page; default 50', min: 1, max: 200, inQuery: true, optional: true })
  limit?: number;

  @Line({ about: '`next` of the page before', max: 40, optional: true })
  cursor?: string;
}

/** Which units to list. */
export class UnitsQuery {
  @Line({ about: 'of this level', max: 40, optional: true, example: 'district' })
  level?: string;

  @Line({ about: 'directly under the unit with this agency code', max: 40, optional: true })
  parent?: string;

  @Line({
    about: 'in force on this day; default: those that take dossiers today',
    max: 20,
    optional: true,
    example: '2019-06-14',
  })
  on?: string;
}
