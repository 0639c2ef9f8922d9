import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type {
  Applicant,
  DeadlineView,
  DossierActions,
  DossierListItem,
  DossierQueries,
  DossierView,
  HistoryEntry,
} from '#libs/dossier';
import type { Acting } from '#libs/identity';
import { Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { dossierCode } from '../http/dossier-code.js';
import { momentText } from '../http/moment-text.js';
import { TakesNoQuery } from '../http/no-query.js';
import { versionTag } from '../http/version-tag.js';
import { languageFor } from '../messages/language.js';
import { explained, type Explained } from '../problem/problem.js';
import { QueryPipe, readBody } from '../validation/validate.js';
import { KnownQuery, ListQuery, MomentQuery, RevealDto, SearchQuery } from './dossiers.query.js';

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
  async list(@Query(new QueryPipe(ListQuery)) query: ListQuery, @Who() acting: Acting): Promise<DossierPage> {
    return this.page(query, acting);
  }

  @Post('search')
  @HttpCode(200)
  @UseGuards(TakesNoQuery)
  async search(@Body() body: unknown, @Who() acting: Acting): Promise<DossierPage> {
    return this.page(readBody(SearchQuery, body) as SearchQuery, acting);
  }

  @Get(':code')
  async get(
    @Param('code') code: string,
    @Query(new QueryPipe(MomentQuery)) query: MomentQuery,
    @Who() acting: Acting,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Omit<DossierView, 'id'>> {
    const asOf = momentText(query.asOf);
    const knownAt = momentText(query.knownAt);
    const view = await this.as(acting).get(dossierCode(code), {
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
    @Who() acting: Acting,
    @Headers('accept-language') accepts: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Actions> {
    const { notYet, ...actions } = await this.as(acting).actions(dossierCode(code));
    void reply.header('ETag', versionTag(actions.version));
    return { ...actions, notYet: explained(notYet, languageFor(accepts)) };
  }

  @Get(':code/history')
  async history(
    @Param('code') code: string,
    @Query(new QueryPipe(KnownQuery)) query: KnownQuery,
    @Who() acting: Acting,
  ): Promise<{ code: string; events: HistoryEntry[] }> {
    const knownAt = momentText(query.knownAt);
    const events = await this.as(acting).history(dossierCode(code), knownAt === undefined ? {} : { knownAt });
    return { code, events };
  }

  @Get(':code/deadline')
  @UseGuards(TakesNoQuery)
  async deadline(@Param('code') code: string, @Who() acting: Acting): Promise<DeadlineView> {
    return this.as(acting).deadline(dossierCode(code));
  }

  /** Asked by POST: it leaves a trace, and the reason belongs in no address. */
  @Post(':code/applicant')
  @HttpCode(200)
  @UseGuards(TakesNoQuery)
  async applicant(
    @Param('code') code: string,
    @Body() body: unknown,
    @Who() acting: Acting,
  ): Promise<Applicant> {
    const { reason } = readBody(RevealDto, body) as unknown as RevealDto;
    return this.as(acting).reveal(dossierCode(code), reason);
  }

  private as(acting: Acting): DossierQueries {
    return this.deps.queries.as(acting);
  }

  private async page({ overdue, ...rest }: SearchQuery, acting: Acting): Promise<DossierPage> {
    const dueBefore = momentText(rest.dueBefore);
    const page = await this.as(acting).list({
      ...rest,
      ...(dueBefore === undefined ? {} : { dueBefore }),
      ...(overdue === undefined ? {} : { overdue: overdue === 'true' }),
    });
    return { items: page.items.map(withoutId), next: page.next };
  }
}
