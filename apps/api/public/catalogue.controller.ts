import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { localDay } from '#libs/calendar';
import { DEPS, type FullDeps } from '../deps.js';
import { TakesNoQuery } from '../http/no-query.js';
import { QueryPipe } from '../validation/validate.js';
import { ProceduresQuery, UnitsQuery } from './catalogue.query.js';
import { listProcedures, procedureDetail, type ProcedureDetail, type ProcedurePage } from './procedures.js';
import { listUnits, type UnitItem } from './units.js';

/** What anyone may read: the offer and the offices. */
@Controller()
export class CatalogueController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get('procedures')
  procedures(@Query(new QueryPipe(ProceduresQuery)) query: ProceduresQuery): ProcedurePage {
    return listProcedures(this.deps.reference().catalogue, query, this.today());
  }

  @Get('procedures/:code')
  @UseGuards(TakesNoQuery)
  procedure(@Param('code') code: string): ProcedureDetail {
    return procedureDetail(this.deps.reference().catalogue, code, this.today());
  }

  @Get('units')
  units(@Query(new QueryPipe(UnitsQuery)) query: UnitsQuery): { items: UnitItem[] } {
    return { items: listUnits(this.deps.reference().units, query, this.today()) };
  }

  /** The day at the offices, whatever the zone of this machine. */
  private today(): string {
    return localDay(this.deps.reference().calendar, this.deps.clock.now());
  }
}
