import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tokens } from '#libs/identity';
import { DEPS, type FullDeps } from '../deps.js';
import { ProblemError } from '../problem/problem-error.js';
import { readBody } from '../validation/validate.js';
import { asAsked, originOf } from './answers.js';
import { TokenDto } from './session.dto.js';

/** As RFC 6749 answers; what goes wrong is problem details, as everywhere here. */
interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** seconds */
  expires_in: number;
  refresh_token: string;
}

/** Tokens for systems: a secret buys the first ones, a refresh token the next. */
@Controller('token')
export class TokenController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Post()
  @HttpCode(200)
  async token(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswer> {
    const asked = readBody(TokenDto, body) as unknown as TokenDto;
    const { accessToken, expiresIn, refreshToken } = await asAsked(this.granted(asked, request), reply);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
    };
  }

  private granted(asked: TokenDto, request: FastifyRequest): Promise<Tokens> {
    const { identity } = this.deps;
    if (asked.grant_type === 'refresh_token') {
      only(asked, ['refresh_token']);
      return identity.refresh(needed(asked, 'refresh_token'));
    }
    only(asked, ['client_id', 'client_secret']);
    const login = needed(asked, 'client_id');
    const secret = needed(asked, 'client_secret');
    return identity.signInSystem({ login, secret }, originOf(request));
  }
}

type Field = Exclude<keyof TokenDto, 'grant_type'>;

function needed(asked: TokenDto, field: Field): string {
  const value = asked[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new ProblemError('field_required', { field });
}

/** What belongs to the other grant is a mistake, and is named. */
function only(asked: TokenDto, fields: readonly Field[]): void {
  const all: readonly Field[] = ['client_id', 'client_secret', 'refresh_token'];
  const stray = all.find((field) => asked[field] !== undefined && !fields.includes(field));
  if (stray !== undefined) throw new ProblemError('unknown_field', { field: stray });
}
