import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { AccessPage } from '#libs/dossier';
import type { Acting } from '#libs/identity';
import { Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { momentText } from '../http/moment-text.js';
import { QueryPipe } from '../validation/validate.js';
import { AccessQuery } from './access.query.js';

/** What auditors ask. */
@Controller('access-log')
export class AccessController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  async access(
    @Query(new QueryPipe(AccessQuery)) query: AccessQuery,
    @Who() acting: Acting,
  ): Promise<AccessPage> {
    const from = momentText(query.from);
    const until = momentText(query.until);
    return this.deps.queries.as(acting).access({
      ...query,
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    });
  }
}
