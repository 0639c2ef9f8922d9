import { Line, Whole } from '../validation/fields.js';

/** Which lines of the access log; without any condition all, the newest first. */
export class AccessQuery {
  @Line({ about: 'code of a dossier that was looked at', max: 100, optional: true })
  dossier?: string;

  @Line({ about: 'position that looked, itself or for another', max: 100, optional: true })
  officer?: string;

  @Line({ about: 'from this moment on (ISO 8601 with offset)', max: 40, optional: true })
  from?: string;

  @Line({ about: 'before this moment', max: 40, optional: true })
  until?: string;

  @Whole({ about: 'lines of a page; default 50', min: 1, max: 200, inQuery: true, optional: true })
  limit?: number;

  @Line({ about: '`next` of the page before', max: 20, optional: true })
  cursor?: string;
}
