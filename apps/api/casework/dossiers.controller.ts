import { Controller, Get, Headers, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { DeadlineView, DossierActions, DossierListItem, DossierView, HistoryEntry } from '#libs/dossier';
import { DEPS, type FullDeps } from '../deps.js';
import { dossierCode } from '../http/dossier-code.js';
import { momentText } from '../http/moment-text.js';
import { TakesNoQuery } from '../http/no-query.js';
import { Officer } from '../http/officer.js';
import { versionTag } from '../http/version-tag.js';
import { languageFor } from '../messages/language.js';
import { explained, type Explained } from '../problem/problem.js';
import { QueryPipe } from '../validation/validate.js';
import { KnownQuery, ListQuery, MomentQuery } from './dossiers.query.js';

/** Outside, a dossier is known by its code; the id stays inside. */
interface DossierPage {
  items: Omit<DossierListItem, 'id'>[];
  next: string | null;
}

/** What an officer may do now, and why not the rest, in words. */
interface Actions extends DossierActions {
  notYet: Explained[];
}

function withoutId<T extends { id: string }>(view: T): Omit<T, 'id'> {
  const shown: Partial<T> = { ...view };
  delete shown.id;
  return shown as Omit<T, 'id'>;
}

/** What officers ask of dossiers. */
@Controller('dossiers')
export class DossiersController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  async list(@Query(new QueryPipe(ListQuery)) query: ListQuery): Promise<DossierPage> {
    const { overdue, ...rest } = query;
    const dueBefore = momentText(query.dueBefore);
    const page = await this.deps.queries.list({
      ...rest,
      ...(dueBefore === undefined ? {} : { dueBefore }),
      ...(overdue === undefined ? {} : { overdue: overdue === 'true' }),
    });
    return { items: page.items.map(withoutId), next: page.next };
  }

  @Get(':code')
  async get(
    @Param('code') code: string,
    @Query(new QueryPipe(MomentQuery)) query: MomentQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Omit<DossierView, 'id'>> {
    const asOf = momentText(query.asOf);
    const knownAt = momentText(query.knownAt);
    const view = await this.deps.queries.get(dossierCode(code), {
      ...(asOf === undefined ? {} : { asOf }),
      ...(knownAt === undefined ? {} : { knownAt }),
    });
    // The tag is for If-Match: a past version is no version to act on.
    if (asOf === undefined && knownAt === undefined) void reply.header('ETag', versionTag(view.version));
    return withoutId(view);
  }

  @Get(':code/actions')
  @UseGuards(TakesNoQuery)
  async actions(
    @Param('code') code: string,
    @Officer() officer: string,
    @Headers('accept-language') accepts: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Actions> {
    const { notYet, ...actions } = await this.deps.queries.actions(dossierCode(code), officer);
    void reply.header('ETag', versionTag(actions.version));
    return { ...actions, notYet: explained(notYet, languageFor(accepts)) };
  }

  @Get(':code/history')
  async history(
    @Param('code') code: string,
    @Query(new QueryPipe(KnownQuery)) query: KnownQuery,
  ): Promise<{ code: string; events: HistoryEntry[] }> {
    const knownAt = momentText(query.knownAt);
    const events = await this.deps.queries.history(
      dossierCode(code),
      knownAt === undefined ? {} : { knownAt },
    );
    return { code, events };
  }

  @Get(':code/deadline')
  @UseGuards(TakesNoQuery)
  async deadline(@Param('code') code: string): Promise<DeadlineView> {
    return this.deps.queries.deadline(dossierCode(code));
  }
}
