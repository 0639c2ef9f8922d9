import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Acting, Delegation, Principal } from '#libs/identity';
import type { Instant } from '#libs/kernel';
import { asAsked } from '../access/answers.js';
import { SignedInAs, Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { TakesNoQuery } from '../http/no-query.js';
import { readBody } from '../validation/validate.js';
import { NewDelegationDto, NothingDto } from './admin.dto.js';

/** A position handed to a colleague for some days. */
interface DelegationView {
  id: number;
  position: string;
  /** account numbers: who holds the position, and who may act in it */
  principal: number;
  delegate: number;
  from: string;
  until: string;
  endedAt: Instant | null;
}

/** "While I am on leave": what somebody gave, and was given. */
@Controller('delegations')
export class DelegationsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  @UseGuards(TakesNoQuery)
  async delegations(@SignedInAs() principal: Principal): Promise<{ items: DelegationView[] }> {
    return { items: (await this.deps.identity.administration.delegations(principal)).map(view) };
  }

  /** Hands on the position that one acts in. What was handed to oneself is not one's own to hand on. */
  @Post()
  async delegate(
    @SignedInAs() principal: Principal,
    @Who() acting: Acting,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DelegationView> {
    const { to, from, until } = readBody(NewDelegationDto, body) as unknown as NewDelegationDto;
    const wish = { position: acting.officer.code, to, from, until };
    const made = this.deps.identity.administration.delegate(principal, wish);
    return view(await asAsked(made, reply, { position: 'X-Motcua-Position', login: 'to' }));
  }

  @Post(':id/end')
  @HttpCode(204)
  async endDelegation(
    @SignedInAs() principal: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<void> {
    readBody(NothingDto, body);
    const no = /^[1-9]\d{0,8}$/.test(id) ? Number(id) : 0;
    await this.deps.identity.administration.endDelegation(principal, no);
  }
}

function view({ no, position, principal, delegate, from, until, endedAt }: Delegation): DelegationView {
  return { id: no, position, principal, delegate, from, until, endedAt };
}
