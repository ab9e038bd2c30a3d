import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import * as z from 'zod';
import { USER_POOL_CLIENT } from '../assembly/references.ts';
import { readOrCreate } from '../data-folder.ts';

export interface TokenClaims {
  readonly sub: string;
  readonly roles: readonly string[];
  /** Slugs; absent: every event. */
  readonly events?: readonly string[] | undefined;
  /** As jose takes it: seconds from now, or text such as `12h`. */
  readonly expiresIn?: string | number | undefined;
  readonly audience?: string | undefined;
}

/** Stands in for the user pool: the same claims, a key of the data folder. */
export interface Issuer {
  readonly url: string;
  readonly jwks: { readonly keys: readonly JWK[] };
  issueToken(claims: TokenClaims): Promise<string>;
  /** Signs what only the host itself reads. */
  issue(claims: Readonly<Record<string, unknown>>, audience: string, seconds: number): Promise<string>;
}

const makeKey = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
};

const privateJwk = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() });

export const localIssuer = async (folder: string, url: string): Promise<Issuer> => {
  const jwk = privateJwk.parse(JSON.parse(await readOrCreate(join(folder, 'issuer-key.json'), makeKey)));
  const key = await importJWK(jwk, 'RS256');
  const { kty, n, e } = jwk;
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return {
    url,
    jwks: { keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] },
    issue: (claims, audience, seconds) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key),
    issueToken: ({ sub, roles, events = ['*'], expiresIn = '12h', audience = USER_POOL_CLIENT }) => {
      const expiry = typeof expiresIn === 'number' ? Math.floor(Date.now() / 1000) + expiresIn : expiresIn;
      return new SignJWT({ roles, events, token_use: 'access', client_id: audience })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setSubject(sub)
        .setIssuer(url)
        .setAudience(audience)
        .setIssuedAt()
        .setJti(randomUUID())
        .setExpirationTime(expiry)
        .sign(key);
    },
  };
};
