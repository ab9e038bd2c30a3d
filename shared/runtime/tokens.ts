import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Role } from '../contract/operation.ts';
import type { DeviceStore } from '../store/devices.ts';
import { isTokenOf } from '../store/token-hash.ts';
import { cached } from './cached.ts';
import { deviceTokens } from './device-tokens.ts';
import type { Principal } from './principal.ts';

/** How long a verdict about a device is remembered, in ms: with the authorizer's own 30 s within the 60 s of a revocation. */
const DEVICE_MAX_AGE_MS = 20_000;

/** A list of words as tokens carry it: an array, or text such as `a b` or `[a b]`. */
const words = z
  .union([z.array(z.string()), z.string().transform((text) => text.replace(/^\[|\]$/g, '').split(/[\s,]+/))])
  .transform((all) => all.filter(Boolean));

const claims = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  roles: words.default([]),
  events: words.default([]),
});

/** What a JWT may grant; the roles of devices come from their registration alone. */
const userRoles: ReadonlySet<string> = new Set<Role>(['organizer', 'viewer', 'press']);

const CLOCK_TOLERANCE_SECONDS = 5;

/** The issuer's keys could not be fetched, of which the token is innocent: a 401 would sign people out. */
const isOutage = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  (error instanceof errors.JOSEError && error.code === errors.JOSEError.code);

const anonymous = (reason: string): Principal => ({ kind: 'anonymous', reason });
const forged = (reason: string): Principal => ({ kind: 'anonymous', reason, forged: true });

/** A JWT begins with a JSON object in base64url; event slugs have no capital letters. */
const isJwt = (token: string) => token.startsWith('eyJ');

export interface TokenSettings {
  readonly ISSUER: string;
  readonly JWKS_URL: string;
  readonly AUDIENCE: string;
}

const UNKNOWN_DEVICE = forged('This token is not known. Pair the device again');

/** Forgeries are told by their seal, before any read and outside of what is remembered: they push nothing out of it. */
const verdictOnDevices = (
  devices: Pick<DeviceStore, 'get'>,
  sealingSecret: () => Promise<string>,
): Verdict => {
  const standing = cached(
    async (token: string): Promise<Principal> => {
      const [event = '', id = ''] = token.split('.');
      const device = await devices.get(event, id);
      if (!device || !isTokenOf(token, device)) return UNKNOWN_DEVICE;
      if (device.revokedAt !== null)
        return anonymous('This device has been revoked. Ask an organizer to pair it again');
      const { deviceId, role, sessions } = device;
      return { kind: 'device', deviceId, event, role, sessions };
    },
    { maxAgeMs: DEVICE_MAX_AGE_MS },
  );
  return async (token) =>
    deviceTokens(await sealingSecret()).isOurs(token) ? standing(token) : UNKNOWN_DEVICE;
};

const verdictOnPeople = ({ ISSUER, JWKS_URL, AUDIENCE }: TokenSettings) => {
  const keys = createRemoteJWKSet(new URL(JWKS_URL));
  return async (token: string): Promise<Principal> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: ISSUER,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const { sub, aud, client_id: client, roles, events } = claims.parse(payload);
      const audiences = [aud, client].flat();
      if (!audiences.includes(AUDIENCE)) return forged('This token was issued for another application');
      return {
        kind: 'user',
        subject: sub,
        roles: roles.filter((role) => userRoles.has(role)),
        // A token that names no event is for none.
        events: events.includes('*') ? null : events,
      };
    } catch (error) {
      if (isOutage(error)) throw error;
      if (error instanceof errors.JWTExpired) return anonymous('This token has expired. Sign in again');
      if (error instanceof errors.JOSEError || error instanceof z.ZodError)
        return forged('This token is not valid. Sign in again');
      throw error;
    }
  };
};

type Verdict = (token: string) => Promise<Principal>;

const verifierOf =
  (people: Verdict, devices: Verdict) =>
  (authorization: string | undefined): Promise<Principal> => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '') ?? [];
    if (!token) return Promise.resolve(anonymous('Send a token: Authorization: Bearer <token>'));
    return isJwt(token) ? people(token) : devices(token);
  };

/** Tells who a token belongs to; a token that is no good gives an anonymous principal that says why. */
export const tokenVerifier = (
  devices: Pick<DeviceStore, 'get'>,
  sealingSecret: () => Promise<string>,
  settings: TokenSettings,
) => verifierOf(verdictOnPeople(settings), verdictOnDevices(devices, sealingSecret));
export type TokenVerifier = ReturnType<typeof tokenVerifier>;

/** As `tokenVerifier`, where devices have no business: their tokens are refused, and no table is read for them. */
export const peopleVerifier = (settings: TokenSettings): TokenVerifier =>
  verifierOf(verdictOnPeople(settings), async () => forged('This is for people: sign in'));
