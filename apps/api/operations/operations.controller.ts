import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { listFollowers, type FollowerLag } from '#libs/database';
import { DEPS, type FullDeps } from '../deps.js';
import { soon } from './soon.js';

interface Readiness {
  ready: boolean;
  database: 'ok' | 'unavailable';
  followers: Pick<FollowerLag, 'name' | 'events' | 'seconds'>[];
}

/** For whoever runs the service: alive, ready, and the numbers. Says nothing of any dossier. */
@Controller()
@ApiExcludeController()
export class OperationsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  /** The process answers. Never looks at the database: a restart of ours would not mend it. */
  @Get('healthz')
  health(): { alive: true } {
    return { alive: true };
  }

  /** Commands can be taken: the database answers. A follower that lags delays reports, and is only told. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    try {
      const lags = await soon(listFollowers(this.deps.pool));
      const followers = lags.map(({ name, events, seconds }) => ({ name, events, seconds }));
      return { ready: true, database: 'ok', followers };
    } catch {
      void reply.code(503).header('Retry-After', 5);
      return { ready: false, database: 'unavailable', followers: [] };
    }
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.deps.metrics;
    void reply.header('Content-Type', registry.contentType).send(await registry.metrics());
  }
}
