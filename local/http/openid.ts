import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createLocalJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { USER_POOL_CLIENT } from '../assembly/references.ts';
import type { Issuer } from './issuer.ts';
import { issuerSession, loopbackPage, type Role, role } from './issuer-session.ts';
import type { LocalPage } from './local-pages.ts';
import { isOnLoopback } from './sign-in.ts';

/** What only these endpoints take: a code that was granted, and a token that renews. */
const CODE = 'turnout-local-code';
const RENEWAL = 'turnout-local-renewal';
const CODE_SECONDS = 300;
const ACCESS_SECONDS = 3600;
const RENEWAL_SECONDS = 7 * 86_400;

/** RFC 7636: the only method worth having. RFC 8252: programs of this machine listen on loopback. */
const authorization = z.object({
  response_type: z.literal('code'),
  client_id: z.literal(USER_POOL_CLIENT),
  redirect_uri: loopbackPage,
  code_challenge: z.string().min(43).max(128),
  code_challenge_method: z.literal('S256'),
  state: z.string().max(500).optional(),
  role: role.optional(),
});
const grant = z.object({ role, redirect: z.string(), challenge: z.string(), jti: z.string() });
const renewal = z.object({ role, jti: z.string() });

const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

const choice = (query: URLSearchParams): string => {
  const links = role.options.map((name) => {
    const chosen = new URLSearchParams([...query, ['role', name]]);
    return `<p><a href="?${escaped(String(chosen))}">Sign in as ${name}</a></p>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title><h1>Sign in</h1>
<p>This host runs on your machine: no password is asked for. A deployment shows its own pages here.</p>${links.join('')}</html>`;
};

const json = (outgoing: ServerResponse, status: number, body: object): void => {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(JSON.stringify(body));
};

const readerOf = (issuer: Issuer, keys: JWTVerifyGetKey) => async (token: string, audience: string) =>
  (await jwtVerify(token, keys, { issuer: issuer.url, audience })).payload;

/** Tokens that renew a sign-in, until they are revoked (RFC 7009). */
const renewalsOf = (issuer: Issuer, read: ReturnType<typeof readerOf>) => {
  const revoked = new Set<string>();
  const revoke: LocalPage = async (incoming, outgoing) => {
    const form = new URLSearchParams(await text(incoming));
    const known = await read(form.get('token') ?? '', RENEWAL).catch(() => undefined);
    if (known) revoked.add(renewal.parse(known).jti);
    json(outgoing, 200, {});
  };
  return {
    revoke,
    issue: (given: Role) => issuer.issue({ role: given, jti: randomUUID() }, RENEWAL, RENEWAL_SECONDS),
    /** @throws when it renews nothing */
    roleOf: async (token: string): Promise<Role> => {
      const known = renewal.parse(await read(token, RENEWAL));
      if (revoked.has(known.jti)) throw new Error('invalid_grant');
      return known.role;
    },
  };
};

const discoveryOf =
  ({ url }: Issuer): LocalPage =>
  (_incoming, outgoing) =>
    json(outgoing, 200, {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      revocation_endpoint: `${url}/revoke`,
      end_session_endpoint: `${url}/logout`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
    });

/**
 * The user pool's sign-in as OpenID Connect has it: discovery, authorization code with PKCE, renewal, and Cognito's way
 * to end its session; on loopback alone and without a password. https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
export const openIdPages = (issuer: Issuer): [string, LocalPage][] => {
  const keys = createLocalJWKSet({ keys: [...issuer.jwks.keys] });
  const spent = new Set<string>();
  const session = issuerSession(issuer, keys);
  const read = readerOf(issuer, keys);
  const renewals = renewalsOf(issuer, read);

  const authorize: LocalPage = async (incoming, outgoing, url) => {
    const asked = authorization.safeParse(Object.fromEntries(url.searchParams));
    if (!isOnLoopback(incoming) || !asked.success)
      return json(outgoing, isOnLoopback(incoming) ? 400 : 403, { error: 'invalid_request' });
    const { redirect_uri: redirect, code_challenge: challenge, state } = asked.data;
    const chosen = asked.data.role ?? (await session.roleOf(url, incoming.headers.cookie));
    if (!chosen) {
      const headers = { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" };
      return void outgoing.writeHead(200, headers).end(choice(url.searchParams));
    }
    const claims = { role: chosen, redirect, challenge, jti: randomUUID() };
    const code = await issuer.issue(claims, CODE, CODE_SECONDS);
    const location = new URL(redirect);
    location.searchParams.set('code', code);
    if (state !== undefined) location.searchParams.set('state', state);
    const cookie = await session.begin(url, chosen);
    const headers = { location: String(location), 'cache-control': 'no-store', 'set-cookie': cookie };
    outgoing.writeHead(302, headers).end();
  };

  /** @throws when the form grants nothing */
  const roleOf = async (form: URLSearchParams): Promise<Role> => {
    const kind = form.get('grant_type');
    if (kind === 'refresh_token') return renewals.roleOf(form.get('refresh_token') ?? '');
    if (kind !== 'authorization_code') throw new Error('unsupported_grant_type');
    const code = grant.parse(await read(form.get('code') ?? '', CODE));
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (verifier !== code.challenge || form.get('redirect_uri') !== code.redirect || spent.has(code.jti))
      throw new Error('invalid_grant');
    spent.add(code.jti);
    return code.role;
  };

  const token: LocalPage = async (incoming, outgoing) => {
    if (!isOnLoopback(incoming)) return json(outgoing, 403, { error: 'access_denied' });
    try {
      const given = await roleOf(new URLSearchParams(await text(incoming)));
      json(outgoing, 200, {
        access_token: await issuer.issueToken({
          sub: `local-${given}`,
          roles: [given],
          expiresIn: ACCESS_SECONDS,
        }),
        refresh_token: await renewals.issue(given),
        token_type: 'Bearer',
        expires_in: ACCESS_SECONDS,
      });
    } catch {
      json(outgoing, 400, { error: 'invalid_grant' });
    }
  };

  return [
    ['/local/issuer/.well-known/openid-configuration', discoveryOf(issuer)],
    ['/local/issuer/authorize', authorize],
    ['/local/issuer/token', token],
    ['/local/issuer/revoke', renewals.revoke],
    ['/local/issuer/logout', session.logout],
  ];
};
