import { generateKeyPairSync } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'motcua', secret: 'for-tests-only-'.repeat(3) };
export const RESOURCE = 'urn:motcua:api';

/** A real OpenID provider on this machine, at which whoever it is told of is signed in without being asked. */
export interface TestProvider {
  issuer: string;
  /** who signs in from now on: subject and login */
  person: { subject: string; login: string };
  /** Goes where a browser would, and gives the query of the callback that it is sent back to. */
  browse(url: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. `redirectUri` is our callback. */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const person = { subject: 'sub-1', login: 'nobody' };
  const provider = new Provider(issuer, configuration(redirectUri, person));
  const callback = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    interact(provider, person.subject, request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  return {
    issuer,
    person,
    browse: (url) => browse(url, redirectUri),
    close: () => closed(server),
  };
}

function configuration(redirectUri: string, person: TestProvider['person']): object {
  const key = (kind: 'rsa' | 'ec') =>
    (kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    ).privateKey.export({ format: 'jwk' });
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: {
      keys: [
        { ...key('rsa'), use: 'sig', kid: 'r' },
        { ...key('ec'), use: 'sig', kid: 'e' },
      ],
    },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    pkce: { required: () => true },
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: person.login }),
    }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience: RESOURCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}

async function interact(
  provider: Provider,
  accountId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId } });
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope('openid profile');
  if (params.resource) grant.addResourceScope(params.resource, 'api');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** A browser that keeps cookies, follows redirects and stops where it would come back to us. */
async function browse(start: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  for (let url = start, hops = 0; hops < 12; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
    const next = new URL(location, url);
    if (next.href.startsWith(redirectUri)) return next.search;
    url = next.href;
  }
  throw new Error('the provider sends from page to page');
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
