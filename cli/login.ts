import { once } from 'node:events';
import { createServer } from 'node:http';
import * as client from 'openid-client';
import { apiClient } from '../shared/client/api.ts';
import { discover, signInPage } from '../shared/client/sign-in-pages.ts';
import { baseUrlOf, type ConnectionOptions } from './connection.ts';
import { Failure } from './failure.ts';
import { forgetSignIn, saveSignIn, signInOf } from './sign-ins.ts';

/** A deployment knows this address (RFC 8252 section 7.3); Cognito compares it to the letter. */
const PORT = '8976';
const WAIT_MS = 5 * 60_000;

const DONE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed in</title><p>Signed in. You can close this page.</p></html>';

/** Waits for the browser to come back. @returns the address with the code */
const callback = async (redirect: URL): Promise<URL> => {
  const server = createServer();
  server.listen(Number(redirect.port), '127.0.0.1');
  try {
    await Promise.race([
      once(server, 'listening'),
      once(server, 'error').then(([error]) => {
        throw new Failure(`Nothing can listen on port ${redirect.port}: ${String(error?.message ?? error)}`);
      }),
    ]);
    for (;;) {
      const [incoming, outgoing] = await once(server, 'request', { signal: AbortSignal.timeout(WAIT_MS) });
      const url = new URL(String(incoming.url), redirect);
      if (url.pathname !== redirect.pathname) {
        outgoing.writeHead(404).end();
        continue;
      }
      outgoing.writeHead(200, { 'content-type': 'text/html', connection: 'close' }).end(DONE);
      return url;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw new Failure('Nobody signed in');
    throw error;
  } finally {
    server.close();
    server.closeIdleConnections();
  }
};

/** Signs in by the deployment's own pages, in a browser: authorization code with PKCE. */
export const login = async ({
  port = PORT,
  ...options
}: ConnectionOptions & { readonly port?: string | undefined }): Promise<void> => {
  if (!/^\d{1,5}$/.test(port)) throw new Failure(`--port takes a number, not ${port}`);
  const baseUrl = baseUrlOf(options);
  const { issuer, clientId } = (await apiClient({ baseUrl }).call('GET /v1/sign-in', {})).body;
  const config = await discover(issuer, clientId);
  const redirect = new URL(`http://localhost:${port}/callback`);
  const waiting = callback(redirect);
  const { page, verifier, state } = await signInPage(config, String(redirect));
  console.log(`Open this page to sign in:\n${page}`);
  const tokens = await client.authorizationCodeGrant(config, await waiting, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  saveSignIn(baseUrl, signInOf(issuer, clientId, tokens));
  console.log(`Signed in at ${baseUrl}`);
};

/** Forgets the sign-in, and ends its renewals at the issuer: who has copied them has nothing. */
export const logout = async (options: ConnectionOptions): Promise<void> => {
  const baseUrl = baseUrlOf(options);
  const forgotten = forgetSignIn(baseUrl);
  if (!forgotten) return console.log(`Nobody was signed in at ${baseUrl}`);
  const { issuer, clientId, refreshToken } = forgotten;
  if (refreshToken !== undefined) {
    try {
      await client.tokenRevocation(await discover(issuer, clientId), refreshToken);
    } catch (error) {
      throw new Failure(`Signed out here, but not at ${issuer}: ${String(error)}`);
    }
  }
  console.log(`Signed out of ${baseUrl}`);
};
