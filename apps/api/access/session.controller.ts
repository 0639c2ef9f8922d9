import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal, SignedIn } from '#libs/identity';
import { DEPS, type FullDeps } from '../deps.js';
import { TakesNoQuery } from '../http/no-query.js';
import { readBody } from '../validation/validate.js';
import { asAsked, originOf, setSession } from './answers.js';
import { SESSION_COOKIE, dropped } from './cookies.js';
import { ChangePasswordDto, SignInDto } from './session.dto.js';
import { sessionView, type SessionView } from './session-view.js';
import { SignedInAs } from './who.js';

/** Signing in and out, for people: the session is in a cookie that no script can read. */
@Controller('session')
export class SessionController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  /** One answer for whatever is wrong with login or password. */
  @Post()
  @HttpCode(200)
  async signIn(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const { login, password } = readBody(SignInDto, body) as unknown as SignInDto;
    const { identity } = this.deps;
    return this.begin(await asAsked(identity.signIn({ login, password }, originOf(request)), reply), reply);
  }

  @Get()
  @UseGuards(TakesNoQuery)
  session(@SignedInAs() principal: Principal): SessionView {
    return sessionView(principal, this.deps.reference().units);
  }

  /** Everywhere: on a machine that was left behind, too. */
  @Delete()
  @HttpCode(204)
  async signOut(
    @SignedInAs() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.deps.identity.signOut(principal);
    void reply.header('Set-Cookie', dropped(SESSION_COOKIE));
  }

  /** Ends all other sessions: whoever knew the old password is out. */
  @Post('password')
  @HttpCode(200)
  async changePassword(
    @SignedInAs() principal: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const { current, next } = readBody(ChangePasswordDto, body) as unknown as ChangePasswordDto;
    const changed = this.deps.identity.changePassword(principal, { current, next });
    return this.begin(await asAsked(changed, reply, { password: 'next' }), reply);
  }

  private begin(signedIn: SignedIn, reply: FastifyReply): SessionView {
    setSession(signedIn, reply);
    return sessionView(signedIn.principal, this.deps.reference().units);
  }
}
