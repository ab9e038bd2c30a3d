import * as client from 'openid-client';

/** The issuer's endpoints; only one on this machine may be asked without TLS. */
export const discover = (issuer: string, clientId: string): Promise<client.Configuration> => {
  const { protocol, hostname } = new URL(issuer);
  const isLoopback = protocol === 'http:' && /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
  const execute = isLoopback ? [client.allowInsecureRequests] : [];
  return client.discovery(new URL(issuer), clientId, undefined, client.None(), { execute });
};

/** The page to sign in at, by authorization code with PKCE (RFC 7636), and what the way back is checked by. */
export const signInPage = async (
  config: client.Configuration,
  redirectUri: string,
): Promise<{ readonly page: URL; readonly verifier: string; readonly state: string }> => {
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
  const page = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  return { page, verifier, state };
};
