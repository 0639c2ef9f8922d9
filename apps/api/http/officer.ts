import {
  createParamDecorator,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DEPS, type FullDeps } from '../deps.js';
import { ProblemError } from '../problem/problem-error.js';

export const OFFICER_HEADER = 'X-Motcua-Officer';

const PUBLIC = 'motcua:public';

/** Marks what anyone may read: no officer is asked for, and no personal data is in the answer. */
export const PublicRead = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);

function headerOf(context: ExecutionContext): string | string[] | undefined {
  return context.switchToHttp().getRequest<FastifyRequest>().headers['x-motcua-officer'];
}

/** The code of the acting officer. The guard has checked it by then. */
export const Officer = createParamDecorator((_: unknown, context: ExecutionContext) =>
  String(headerOf(context)),
);

/**
 * Until sign-in exists whoever calls says who acts; the API listens on loopback only, for this reason. The officer must
 * be one that the organization knows: otherwise 401 `officer_unknown`.
 */
@Injectable()
export class OfficerGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(DEPS) private readonly deps: FullDeps,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()]))
      return true;
    const code = headerOf(context);
    const known = typeof code === 'string' && code.length <= 100 && this.deps.reference().units.officer(code);
    if (!known) throw new ProblemError('officer_unknown', { field: OFFICER_HEADER });
    return true;
  }
}
