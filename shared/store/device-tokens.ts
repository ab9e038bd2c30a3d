import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256, base64url: what is stored of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
const TOKEN_BYTES = 32;

/** A new device token: `<event>.<deviceId>.<secret>`; only its hash is stored. */
export const makeDeviceToken = (event: string, deviceId: string): string =>
  `${event}.${deviceId}.${randomBytes(TOKEN_BYTES).toString('base64url')}`;

/** The parts of a device token, or undefined for anything else. */
export const parseDeviceToken = (token: string): { event: string; deviceId: string } | undefined => {
  const [, event, deviceId] =
    /^([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}$/.exec(token) ?? [];
  return event && deviceId ? { event, deviceId } : undefined;
};

/** Compares in constant time: how long it takes says nothing about the stored hash. */
export const isTokenOf = (token: string, { tokenHash }: { readonly tokenHash: string | null }): boolean => {
  if (tokenHash === null) return false;
  const [given, kept] = [Buffer.from(hashOf(token)), Buffer.from(tokenHash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
};
