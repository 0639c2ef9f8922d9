import type { FastifyInstance, onRequestHookHandler } from 'fastify';

/**
 * Has `hook` run first on the routes that `choose` picks by method and address, after the hooks that all routes have.
 * What only a few routes need costs the others nothing, and an address that was written in another way is no way around
 * it. Must be called before the routes are made.
 */
export function onRoutes(
  server: FastifyInstance,
  choose: (route: string) => onRequestHookHandler | undefined,
): void {
  server.addHook('onRoute', (route) => {
    const hooks = [route.method].flat().flatMap((method) => choose(`${method} ${route.url}`) ?? []);
    if (hooks.length === 0) return;
    route.onRequest = [...hooks, ...[route.onRequest ?? []].flat()];
  });
}
