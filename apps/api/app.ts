import 'reflect-metadata';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listFollowers } from '#libs/database';
import { guardRoutes } from './access/enter.js';
import { OidcController } from './access/oidc.controller.js';
import { SessionController } from './access/session.controller.js';
import { TokenController } from './access/token.controller.js';
import { AccountsController } from './admin/accounts.controller.js';
import { DelegationsController } from './admin/delegations.controller.js';
import { PositionsController } from './admin/positions.controller.js';
import { DossiersController } from './casework/dossiers.controller.js';
import { CommandDesk } from './commands/command-desk.js';
import { CommandsController } from './commands/commands.controller.js';
import { DEPS, withDefaults, type ApiDeps, type FullDeps } from './deps.js';
import { refuseWhenFull } from './http/door.js';
import { readOnlyJson } from './http/json-body.js';
import { logAnswers } from './http/access-log.js';
import { allowOrigins } from './http/cors.js';
import { answerBrokenRequest, edgesOf, refuseWhileClosing } from './http/edges.js';
import { refuseForeign } from './http/foreign.js';
import { limitRequests } from './http/limits.js';
import { keepWithinReach } from './http/reach.js';
import { guardEverything, headersFor } from './http/security.js';
import { serveDocs } from './openapi/docs-page.js';
import { openApiDocument } from './openapi/document.js';
import { OperationsController } from './operations/operations.controller.js';
import { soon } from './operations/soon.js';
import { BODY_LIMIT } from './problem/answerable.js';
import { showCauses } from './problem/debug.js';
import { ProblemFilter, problemFor, sendProblem } from './problem/problem.filter.js';
import { CatalogueController } from './public/catalogue.controller.js';
import { LookupController } from './public/lookup.controller.js';
import { AccessController } from './supervision/access.controller.js';
import { HeadsController } from './supervision/heads.controller.js';
import { ReportsController } from './supervision/reports.controller.js';

@Module({})
class ApiModule {
  static with(deps: FullDeps): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        CommandsController,
        DossiersController,
        ReportsController,
        AccessController,
        HeadsController,
        CatalogueController,
        OperationsController,
        LookupController,
        SessionController,
        TokenController,
        OidcController,
        AccountsController,
        PositionsController,
        DelegationsController,
      ],
      providers: [{ provide: DEPS, useValue: deps }, CommandDesk],
    };
  }
}

/**
 * The HTTP API on an engine, ready to listen; see {@link listen}. `close()` takes no new request, waits for those under
 * way and for the engine to answer all that it took in; the engine, the pool and the followers stay the caller's.
 */
export async function createApi(given: ApiDeps): Promise<NestFastifyApplication> {
  const deps = withDefaults(given);
  const { config, limits, log } = deps;
  const everyAnswerCarries = headersFor(config);
  const adapter = new FastifyAdapter({
    ...edgesOf(limits),
    trustProxy: config.trustProxy?.length ? config.trustProxy : false,
    bodyLimit: BODY_LIMIT,
    // Codes, command names and a little room: what is longer is none of them.
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // We say it ourselves, as a problem: see refuseWhileClosing.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    // An address that cannot be read never reaches a route, nor a hook: answered here, in our form and with our headers.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(problemFor(error, request, log), reply.headers(everyAnswerCarries)),
  });
  const server = adapter.getInstance() as FastifyInstance;
  refuseWhenFull(server.server, deps);
  if (config.mode === 'development') showCauses(server);
  if (config.logLevel === 'debug') logAnswers(server, log);
  guardEverything(server, config, log);
  refuseWhileClosing(server, log);
  allowOrigins(server, config.allowedOrigins ?? []);
  limitRequests(server, limits, config.redisUrl, log);
  keepWithinReach(server, log);
  refuseForeign(server, config, log);
  const allRoutesAreGuarded = guardRoutes(server, deps);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(deps), adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  readOnlyJson(server);
  app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz', 'metrics'] });
  app.useGlobalFilters(new ProblemFilter(log));
  deps.metrics.watch({ depth: () => deps.engine.depth, lags: () => soon(listFollowers(deps.pool)) });
  await serveDocs(server, openApiDocument(app));
  server.addHook('onClose', () => deps.engine.drained());
  await app.init();
  allRoutesAreGuarded();
  await server.ready();
  return app;
}
