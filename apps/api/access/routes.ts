import type { Capability } from '#libs/workflow';

/** Who may ask something of a route. */
export interface RouteAccess {
  /** `public`: anyone; `signedIn`: any account, in no position yet; else a position that has the capability */
  may: Capability | 'public' | 'signedIn';
  /** also while the first password, which somebody else chose, still stands */
  withFirstPassword?: true;
  /** not there unless an OpenID provider is configured */
  onlyWithProvider?: true;
}

const anyone: RouteAccess = { may: 'public' };
const self: RouteAccess = { may: 'signedIn', withFirstPassword: true };
const provider: RouteAccess = { may: 'public', onlyWithProvider: true };

/**
 * Who may ask what: one line for each route of the API, by method and address as the router has them. The guard reads it,
 * the OpenAPI document says it, and the API does not start when a route has no line or a line no route.
 */
export const ROUTES: Readonly<Record<string, RouteAccess>> = {
  'POST /api/v1/dossiers': { may: 'giveCommands' },
  'POST /api/v1/dossiers/:code/commands/:command': { may: 'giveCommands' },
  'POST /api/v1/commands': { may: 'giveCommands' },

  'GET /api/v1/dossiers': { may: 'listDossiers' },
  'POST /api/v1/dossiers/search': { may: 'searchDossiers' },
  'GET /api/v1/dossiers/:code': { may: 'readDossier' },
  'GET /api/v1/dossiers/:code/actions': { may: 'readDossier' },
  'GET /api/v1/dossiers/:code/history': { may: 'readHistory' },
  'GET /api/v1/dossiers/:code/deadline': { may: 'readDossier' },

  'POST /api/v1/dossiers/:code/applicant': { may: 'revealApplicant' },
  'GET /api/v1/access-log': { may: 'readAccessLog' },
  'GET /api/v1/audit/heads': { may: 'exportHeads' },

  'GET /api/v1/reports/quarterly': { may: 'readReports' },
  'GET /api/v1/reports/backlog': { may: 'readReports' },

  'GET /api/v1/accounts': { may: 'manageAccounts' },
  'POST /api/v1/accounts': { may: 'manageAccounts' },
  'POST /api/v1/accounts/:no/disable': { may: 'manageAccounts' },
  'POST /api/v1/accounts/:no/password': { may: 'manageAccounts' },
  'GET /api/v1/positions': { may: 'managePositions' },
  'POST /api/v1/positions': { may: 'managePositions' },
  'POST /api/v1/positions/:code/end': { may: 'managePositions' },
  'GET /api/v1/delegations': { may: 'delegateOwn' },
  'POST /api/v1/delegations': { may: 'delegateOwn' },
  'POST /api/v1/delegations/:id/end': { may: 'delegateOwn' },

  'POST /api/v1/session': anyone,
  'GET /api/v1/session': self,
  'DELETE /api/v1/session': self,
  'POST /api/v1/session/password': self,
  'POST /api/v1/token': anyone,
  'GET /api/v1/session/oidc': provider,
  'GET /api/v1/session/oidc/callback': provider,

  'GET /api/v1/procedures': anyone,
  'GET /api/v1/procedures/:code': anyone,
  'GET /api/v1/units': anyone,
  'POST /api/v1/lookup': anyone,

  'GET /healthz': anyone,
  'GET /readyz': anyone,
  'GET /metrics': anyone,
  'GET /api/v1/openapi.json': anyone,
  'GET /': anyone,
  'GET /docs': anyone,
  'GET /docs/': anyone,
  'GET /docs/start.js': anyone,
  'GET /docs/swagger-ui.css': anyone,
  'GET /docs/swagger-ui-bundle.js': anyone,
  'GET /docs/favicon-32x32.png': anyone,
};

const COMMAND = /^(\/api\/v1\/dossiers\/:code\/commands\/)[A-Za-z]+$/;

/**
 * The line of an operation of the OpenAPI document, where the address is written with braces and each command has one of
 * its own. Throws TypeError when there is none.
 */
export function accessOf(method: string, path: string): RouteAccess {
  const address = path.replace(/\{(\w+)\}/g, ':$1').replace(COMMAND, '$1:command');
  const access = lineOf(method, address);
  if (!access) throw new TypeError(`no line in access/routes.ts for ${method.toUpperCase()} ${path}`);
  return access;
}

/** The line of a route; asking for the head of something is asking for it. */
export function lineOf(method: string, address: string): RouteAccess | undefined {
  const verb = method.toUpperCase();
  const key = `${verb === 'HEAD' ? 'GET' : verb} ${address}`;
  return Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
}
