import * as client from 'openid-client';
import { apiClient } from '../../shared/client/api.ts';
import { discover, signInPage } from '../../shared/client/sign-in-pages.ts';

/** Where the browser comes back to; a deployment's user pool knows it. */
const redirectUri = (): string => `${location.origin}/organizer`;
/** What has to outlive the way to the sign-in pages and back: no token. */
const PENDING = 'turnout-sign-in';

export interface Granted {
  readonly token: string;
  /** Kept in memory; undefined where the issuer gives none. */
  readonly renewal: string | undefined;
}

const configuration = async (): Promise<client.Configuration> => {
  const { issuer, clientId } = (await apiClient({ baseUrl: '' }).call('GET /v1/sign-in', {})).body;
  return discover(issuer, clientId);
};

const granted = ({ access_token, refresh_token }: client.TokenEndpointResponse): Granted => ({
  token: access_token,
  renewal: refresh_token,
});

/** Leaves for the deployment's sign-in pages: authorization code with PKCE (RFC 7636). */
export const depart = async (): Promise<void> => {
  const config = await configuration();
  const { page, verifier, state } = await signInPage(config, redirectUri());
  const from = `${location.pathname}${location.search}`;
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, from }));
  location.assign(page);
};

const pendingSignIn = (): { verifier: string; state: string; from: string } | undefined => {
  const kept = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  const value: unknown = kept === null ? undefined : JSON.parse(kept);
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('verifier' in value) || !('state' in value) || !('from' in value)) return undefined;
  return { verifier: String(value.verifier), state: String(value.state), from: String(value.from) };
};

/** Windows of this origin tell each other of a code that came back; without its verifier it is good for nothing. */
const BESIDE = 'turnout-sign-in';

/** Signs in again in a window of its own, which the sign-in pages send back to this origin. */
export const grantBeside = async (beside: Window): Promise<Granted> => {
  const config = await configuration();
  const { page, verifier, state } = await signInPage(config, redirectUri());
  const channel = new BroadcastChannel(BESIDE);
  const arrived = new Promise<URL>((resolve) => {
    channel.onmessage = ({ data }) => {
      const url = new URL(String(data));
      if (url.searchParams.get('state') === state) resolve(url);
    };
  });
  beside.location.assign(page);
  const url = await arrived;
  channel.close();
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  return granted(await client.authorizationCodeGrant(config, url, checks));
};

/**
 * Back from the pages with a code.
 * @returns `beside` where another window waits for it, undefined where nobody comes from there
 */
export const arrive = async (): Promise<Granted | 'beside' | undefined> => {
  const url = new URL(location.href);
  if (!url.searchParams.has('code')) return undefined;
  const pending = pendingSignIn();
  history.replaceState(null, '', pending?.from ?? url.pathname);
  // Whoever has looked at the address before looks again.
  dispatchEvent(new PopStateEvent('popstate'));
  if (!pending) {
    new BroadcastChannel(BESIDE).postMessage(url.href);
    close();
    return 'beside';
  }
  const tokens = await client.authorizationCodeGrant(await configuration(), url, {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
  });
  return granted(tokens);
};

/**
 * Ends the sign-in at the issuer, too: its renewals, then the session of its pages, which send the browser back here.
 * Cognito takes `logout_uri`, not what OpenID Connect calls it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 * @returns whether the browser goes there
 */
export const departForGood = async (renewal: string | undefined): Promise<boolean> => {
  const config = await configuration();
  if (renewal !== undefined) await client.tokenRevocation(config, renewal);
  const { end_session_endpoint: page } = config.serverMetadata();
  if (page === undefined) return false;
  const url = new URL(page);
  url.searchParams.set('client_id', config.clientMetadata().client_id);
  url.searchParams.set('logout_uri', redirectUri());
  location.assign(url);
  return true;
};

/** @returns undefined where the issuer renews it no more; throws where it could not be asked */
export const renewed = async (renewal: string): Promise<Granted | undefined> => {
  try {
    const tokens = await client.refreshTokenGrant(await configuration(), renewal);
    return { ...granted(tokens), renewal: tokens.refresh_token ?? renewal };
  } catch (error) {
    if (error instanceof client.ResponseBodyError && error.status < 500) return undefined;
    throw error;
  }
};
