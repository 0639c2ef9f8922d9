import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem/problem-error.js';

/** For what takes no query: a parameter there is a mistake, and is named instead of being passed over. */
@Injectable()
export class TakesNoQuery implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const [field] = Object.keys(context.switchToHttp().getRequest<FastifyRequest>().query as object);
    if (field === undefined) return true;
    throw new ProblemError('unknown_field', { field: field.slice(0, 100), status: 400 });
  }
}
