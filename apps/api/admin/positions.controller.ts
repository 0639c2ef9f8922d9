import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { Acting } from '#libs/identity';
import type { Officer } from '#libs/organization';
import { positionView, type PositionView } from '../access/session-view.js';
import { Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { TakesNoQuery } from '../http/no-query.js';
import { readBody } from '../validation/validate.js';
import { EndPositionDto, NewPositionDto } from './admin.dto.js';

/** A position with the account that holds it. */
interface HeldPosition extends PositionView {
  account: number | null;
}

/** Who may act as what, where and when. A position is never changed and never removed: it ends. */
@Controller('positions')
export class PositionsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  /** Those at the administrator's unit and below; at a top unit also those that serve all units. */
  @Get()
  @UseGuards(TakesNoQuery)
  positions(@Who() { officer }: Acting): { items: HeldPosition[] } {
    const { units } = this.deps.reference();
    const { unitId } = officer;
    if (unitId === null) return { items: [] };
    const below = units.descendants(unitId).flatMap(({ id }) => units.officersAt(id));
    const everywhere = units.byId(unitId)?.parentId === null ? units.officersEverywhere() : [];
    return { items: [...units.officersAt(unitId), ...below, ...everywhere].map((one) => this.view(one)) };
  }

  @Post()
  async givePosition(@Who() acting: Acting, @Body() body: unknown): Promise<HeldPosition> {
    const wish = readBody(NewPositionDto, body) as unknown as NewPositionDto;
    return this.view(await this.deps.identity.administration.givePosition(acting, wish));
  }

  @Post(':code/end')
  @HttpCode(200)
  async endPosition(
    @Who() acting: Acting,
    @Param('code') code: string,
    @Body() body: unknown,
  ): Promise<HeldPosition> {
    const { on } = readBody(EndPositionDto, body) as unknown as EndPositionDto;
    return this.view(await this.deps.identity.administration.endPosition(acting, code, on));
  }

  private view(officer: Officer): HeldPosition {
    return { ...positionView(officer, this.deps.reference().units), account: officer.accountNo };
  }
}
