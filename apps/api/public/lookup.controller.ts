import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { lookUp, type LookupView } from '#libs/dossier';
import { DomainError } from '#libs/kernel';
import { DEPS, type FullDeps } from '../deps.js';
import { Rates, type Rate } from '../http/rate.js';
import { ProblemError } from '../problem/problem-error.js';
import { readBody } from '../validation/validate.js';
import { LookUpDto } from './lookup.dto.js';

/** Wrong secrets for one code, wherever they come from; far more than anybody mistypes. Addresses have their own limit beside it. */
const OF_ONE_CODE: Rate = { burst: 30, perSecond: 1 / 20 };

/** What citizens ask: what became of their dossier. They have no account; they have the receipt. */
@Controller('lookup')
export class LookupController {
  private readonly wrong = new Rates(OF_ONE_CODE);

  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Post()
  @HttpCode(200)
  async lookup(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<LookupView> {
    const { code, secret } = readBody(LookUpDto, body) as unknown as LookUpDto;
    const asked = { code: code.trim().toUpperCase(), secret };
    const { pool, keys, clock } = this.deps;
    const now = clock.now();
    try {
      return await lookUp(asked, { pool, key: keys.receipt, now });
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'lookup_unknown')) throw error;
      // Only what was wrong counts: nobody can keep a citizen from their own dossier by guessing at it. A code that nobody
      // was given counts like any other: the limit must not tell which there are.
      const taken = this.wrong.take(asked.code, Date.parse(now));
      if (taken.allowed) throw new ProblemError('lookup_unknown');
      void reply.header('Retry-After', taken.seconds);
      throw new ProblemError('rate_limited', { params: { seconds: taken.seconds } });
    }
  }
}
