import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { USER_POOL_CLIENT } from '../assembly/references.ts';
import type { Issuer } from './issuer.ts';
import type { LocalPage } from './local-pages.ts';

export const role = z.enum(['organizer', 'viewer', 'press']);
export type Role = z.infer<typeof role>;
/** Where browsers are sent back to. RFC 8252: programs of this machine listen on loopback. */
export const loopbackPage = z.string().regex(/^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/[^#]*$/);
const ending = z.object({ client_id: z.literal(USER_POOL_CLIENT), logout_uri: loopbackPage });

const AUDIENCE = 'turnout-local-session';
/** As long as Cognito's pages remember a browser. */
const SECONDS = 3600;

/** What the sign-in pages remember of a browser, and how that ends. */
export const issuerSession = (issuer: Issuer, keys: JWTVerifyGetKey) => {
  const cookieOf = (url: URL, value: string, seconds: number) =>
    `${AUDIENCE}-${url.port}=${value}; Path=/local/issuer; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

  const logout: LocalPage = (_incoming, outgoing, url) => {
    const asked = ending.safeParse(Object.fromEntries(url.searchParams));
    if (!asked.success) return void outgoing.writeHead(400).end();
    outgoing.writeHead(302, { location: asked.data.logout_uri, 'set-cookie': cookieOf(url, '', 0) }).end();
  };

  return {
    logout,
    /** @returns a cookie */
    begin: async (url: URL, chosen: Role): Promise<string> =>
      cookieOf(url, await issuer.issue({ role: chosen }, AUDIENCE, SECONDS), SECONDS),
    roleOf: async (url: URL, cookies = ''): Promise<Role | undefined> => {
      const name = `${AUDIENCE}-${url.port}=`;
      const value = cookies.split(/; */).find((cookie) => cookie.startsWith(name)) ?? '';
      const options = { issuer: issuer.url, audience: AUDIENCE };
      const known = await jwtVerify(value.slice(name.length), keys, options).catch(() => undefined);
      return role.safeParse(known?.payload['role']).data;
    },
  };
};
