import { isLoopbackAddress, loadKeys, type Config, type Keys } from '#libs/config';
import { findReplay } from '#libs/dossier';
import { openIdentity, type Identity, type OidcConfig } from '#libs/identity';
import type { Runtime } from './runtime.js';

/** What the API needs to know who asks. */
export interface SignIn {
  identity: Identity;
  keys: Keys;
}

/**
 * Opens the room that knows who is who. Beside the embedded database keys are made at the first start; a database of
 * one's own needs keys that all its processes share, so there they must exist. Throws KeysError, and DomainError
 * `oidc_config_invalid`.
 */
export function openSignIn(
  runtime: Pick<Runtime, 'config' | 'pool' | 'clock' | 'reference' | 'refresh'>,
): SignIn {
  const { config, pool, clock } = runtime;
  const keys = loadKeys(config, { make: config.databaseUrl === undefined });
  const identity = openIdentity({
    pool,
    clock,
    units: () => runtime.reference().units,
    keys: { token: keys.token.privateKey, device: keys.device },
    oidc: providerOf(config),
    // Their password is known to everybody: only on generated dossiers, and for nobody but this machine.
    demoAllowed: async () => isLoopbackAddress(config.host) && (await findReplay(pool)) !== null,
    onPositions: () => runtime.refresh(),
  });
  return { identity, keys };
}

/** The provider as identity wants it: with the address that it sends people back to. */
function providerOf({ oidc, publicUrl, port }: Config): OidcConfig | undefined {
  if (!oidc) return undefined;
  const own = publicUrl ?? `http://localhost:${port}`;
  return { ...oidc, redirectUri: `${own}/api/v1/session/oidc/callback` };
}
