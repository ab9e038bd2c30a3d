import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { Issuer } from './issuer.ts';
import type { LocalPage } from './local-pages.ts';

const roles = ['organizer', 'viewer', 'press'];
/** Of the cookie's token, so that it is good for nothing but asking for an access token. */
const COOKIE_AUDIENCE = 'turnout-local-sign-in';
const COOKIE_SECONDS = 30 * 86_400;
export const SIGN_IN_PATH = '/local/sign-in';

const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/;
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** From this machine, by a name of its own: not by one that was made to point here. */
export const isOnLoopback = ({ headers: { host = '' }, socket }: IncomingMessage): boolean =>
  LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(host);

/** Another page of this browser gets no token. */
const isOwnPage = (incoming: IncomingMessage): boolean => {
  const { host = '', origin } = incoming.headers;
  return isOnLoopback(incoming) && (origin === `http://${host}` || origin === `https://${host}`);
};

const answer = (
  outgoing: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  cookie?: string,
): void => {
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(cookie !== undefined && { 'set-cookie': cookie }),
  });
  outgoing.end(JSON.stringify(body));
};

/**
 * Signs in without a password, on loopback alone: `POST ?role=organizer` begins, `POST` goes on after a reload,
 * `DELETE` ends. The page keeps the access token in its memory; what outlives a reload is a cookie that no
 * script can read.
 */
export const signIn = (issuer: Issuer): LocalPage => {
  const keys = createLocalJWKSet({ keys: [...issuer.jwks.keys] });

  const roleOfCookie = async (name: string, cookies = ''): Promise<string | undefined> => {
    const value = cookies
      .split(/; */)
      .find((cookie) => cookie.startsWith(`${name}=`))
      ?.slice(name.length + 1);
    if (!value) return undefined;
    try {
      const options = { issuer: issuer.url, audience: COOKIE_AUDIENCE };
      const { payload } = await jwtVerify(value, keys, options);
      return payload.sub?.replace(/^local-/, '');
    } catch {
      return undefined;
    }
  };

  return async (incoming, outgoing, url) => {
    // Cookies know no ports: two hosts on one machine keep two.
    const name = `turnout-${url.port}`;
    const attributes = `Path=${SIGN_IN_PATH}; HttpOnly; SameSite=Strict`;
    if (!isOwnPage(incoming)) return answer(outgoing, 403, { message: 'Only pages of this machine sign in' });
    if (incoming.method === 'DELETE') return answer(outgoing, 200, {}, `${name}=; ${attributes}; Max-Age=0`);
    if (incoming.method !== 'POST') return answer(outgoing, 405, { message: 'POST or DELETE' });
    const role = url.searchParams.get('role') ?? (await roleOfCookie(name, incoming.headers.cookie));
    if (!role || !roles.includes(role)) return answer(outgoing, 401, { message: 'Not signed in' });
    const claims = { sub: `local-${role}`, roles: [role] };
    const [token, kept] = await Promise.all([
      issuer.issueToken({ ...claims, expiresIn: '1h' }),
      issuer.issueToken({ ...claims, audience: COOKIE_AUDIENCE, expiresIn: COOKIE_SECONDS }),
    ]);
    answer(outgoing, 200, { token, role }, `${name}=${kept}; ${attributes}; Max-Age=${COOKIE_SECONDS}`);
  };
};
