import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { exportLog } from '#libs/audit';
import { DEPS, type FullDeps } from '../deps.js';
import { Whole } from '../validation/fields.js';
import { QueryPipe } from '../validation/validate.js';

export class HeadsQuery {
  @Whole({
    about: 'begin at the last head of at most so many events; default: all',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    inQuery: true,
    optional: true,
  })
  fromSize?: number;
}

/** The signed heads of the sealed log, for auditors to keep elsewhere: what they vouch for cannot be changed unseen any more. */
@Controller('audit')
export class HeadsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get('heads')
  async heads(
    @Query(new QueryPipe(HeadsQuery)) query: HeadsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { pool, clock, keys } = this.deps;
    const { fromSize } = query;
    const lines = new PassThrough();
    const done = exportLog(
      pool,
      {
        at: clock.now(),
        headsOnly: true,
        ...(keys.seal && { publicKey: keys.seal.publicKey }),
        ...(fromSize === undefined ? {} : { fromSize }),
      },
      async (line) => {
        if (lines.destroyed) throw new Error('the reader is gone');
        if (!lines.write(`${line}\n`)) await Promise.race([once(lines, 'drain'), once(lines, 'close')]);
      },
    );
    // Until the first line is there, what goes wrong can still be answered; after that the line that ends it is missing.
    await Promise.race([done, once(lines, 'readable')]);
    done.then(
      () => lines.end(),
      (error: unknown) => lines.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    await reply.type('application/jsonl; charset=utf-8').send(lines);
  }
}
