import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { AccessPage } from '#libs/dossier';
import { DEPS, type FullDeps } from '../deps.js';
import { actingAs } from '../http/acting.js';
import { momentText } from '../http/moment-text.js';
import { Officer } from '../http/officer.js';
import { QueryPipe } from '../validation/validate.js';
import { AccessQuery } from './access.query.js';

/** What auditors ask. */
@Controller('access-log')
export class AccessController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  async access(
    @Query(new QueryPipe(AccessQuery)) query: AccessQuery,
    @Officer() officer: string,
  ): Promise<AccessPage> {
    const from = momentText(query.from);
    const until = momentText(query.until);
    return this.deps.queries.as(actingAs(officer, this.deps)).access({
      ...query,
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    });
  }
}
