import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '#libs/identity';
import { DEPS, type FullDeps } from '../deps.js';
import { ProblemError } from '../problem/problem-error.js';
import { QueryPipe } from '../validation/validate.js';
import { deviceCookie, dropped, OIDC_COOKIE, oidcCookie, sessionCookie } from './cookies.js';
import { cookieOf } from './credential.js';
import { OidcQuery } from './session.dto.js';

/** Signing in at the OpenID provider: there, and back. Not there (404) unless one is configured. */
@Controller('session/oidc')
export class OidcController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  async oidc(@Query(new QueryPipe(OidcQuery)) query: OidcQuery, @Res() reply: FastifyReply): Promise<void> {
    const { url, keep } = await this.provider().begin(query.returnTo);
    await reply.header('Set-Cookie', oidcCookie(keep)).redirect(url, 302);
  }

  /** What the provider appends is its own, so nothing of the query is refused here: what counts is checked by identity. */
  @Get('callback')
  @ApiExcludeEndpoint()
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const provider = this.provider();
    const keep = cookieOf(request.headers.cookie, OIDC_COOKIE);
    if (keep === undefined) throw new ProblemError('oidc_refused');
    const at = request.url.indexOf('?');
    const signedIn = await provider.finish(at < 0 ? '' : request.url.slice(at), keep);
    // One way back for one way there: the cookie goes even though the code would not be taken twice.
    const cookies = [sessionCookie(signedIn.token), deviceCookie(signedIn.device), dropped(OIDC_COOKIE)];
    await reply
      .header('Set-Cookie', cookies)
      .type('text/html; charset=utf-8')
      .send(onwards(signedIn.returnTo));
  }

  private provider(): NonNullable<Identity['oidc']> {
    const { oidc } = this.deps.identity;
    if (!oidc) throw new ProblemError('not_found');
    return oidc;
  }
}

/**
 * A page that goes on by itself. Not a redirect: the browser would count it to the provider's site, where all this began,
 * and leave the strict cookie behind that was set just now.
 */
function onwards(path: string): string {
  const address = path.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return (
    `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Motcua</title>` +
    `<meta http-equiv="refresh" content="0;url=${address}"></head><body><a href="${address}">Motcua</a></body></html>`
  );
}
