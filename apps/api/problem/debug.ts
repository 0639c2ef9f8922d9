import type { FastifyInstance } from 'fastify';

const SHOWS = Symbol('answers of failures hold their cause');

/** Lets answers of failures hold their cause: for whoever develops Motcua on a machine of their own, and for nobody else. */
export function showCauses(server: FastifyInstance): void {
  server.decorate(SHOWS, true);
}

/** Whether {@link showCauses} was asked of this server. */
export function showsCauses(server: FastifyInstance | undefined): boolean {
  return server !== undefined && SHOWS in server;
}

/** All that an error says. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
