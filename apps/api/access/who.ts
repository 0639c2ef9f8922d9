import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Acting, Principal } from '#libs/identity';

const requestOf = (context: ExecutionContext): FastifyRequest =>
  context.switchToHttp().getRequest<FastifyRequest>();

/** Who acts, in which position: only on routes whose line in the table names a capability. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Acting => {
  const { acting } = requestOf(context);
  if (!acting) throw new TypeError('this route asks for no position');
  return acting;
});

/** Who is signed in, whatever the position. */
export const SignedInAs = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = requestOf(context);
  if (!principal) throw new TypeError('this route asks nobody to sign in');
  return principal;
});
