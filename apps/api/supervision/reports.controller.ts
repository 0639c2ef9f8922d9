import { Controller, Get, Inject, Query } from '@nestjs/common';
import {
  backlog,
  quarterly,
  type Backlog,
  type PeriodQuestion,
  type QuarterReport,
  type ReportSource,
} from '#libs/reporting';
import type { Acting } from '#libs/identity';
import { Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { momentText } from '../http/moment-text.js';
import { soon } from '../operations/soon.js';
import { ProblemError } from '../problem/problem-error.js';
import { QueryPipe } from '../validation/validate.js';
import { BacklogQuery, QuarterlyQuery } from './reports.query.js';

/** What supervisors ask. */
@Controller('reports')
export class ReportsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get('quarterly')
  async quarterly(
    @Query(new QueryPipe(QuarterlyQuery)) query: QuarterlyQuery,
    @Who() acting: Acting,
  ): Promise<QuarterReport> {
    const knownAt = momentText(query.knownAt);
    const period = periodOf(query);
    await this.untilCaughtUp();
    return quarterly(this.source(acting), {
      ...period,
      by: query.by ?? 'level',
      now: this.deps.clock.now(),
      ...(knownAt === undefined ? {} : { knownAt }),
    });
  }

  @Get('backlog')
  async backlog(
    @Query(new QueryPipe(BacklogQuery)) query: BacklogQuery,
    @Who() acting: Acting,
  ): Promise<Backlog> {
    return backlog(this.source(acting), { by: query.by ?? 'unit', now: this.deps.clock.now() });
  }

  private source(acting: Acting): ReportSource {
    return { reads: this.deps.reads, scope: acting.scope };
  }

  /** What was committed when the report was asked for should be in it. When it takes too long, the report says that it lags. */
  private async untilCaughtUp(): Promise<void> {
    await soon(Promise.all(this.deps.followers.map((follower) => follower.caughtUp()))).catch(
      () => undefined,
    );
  }
}

/** A period by its code or by its days, and not by both: it would not be clear which counts. */
function periodOf({ period, from, until }: QuarterlyQuery): PeriodQuestion {
  if (period !== undefined && from === undefined && until === undefined) return { period };
  if (period === undefined && from !== undefined && until !== undefined) return { from, until };
  throw new ProblemError('period_missing', { field: 'period' });
}
