import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256, base64url: what is stored of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares in constant time: how long it takes says nothing about the stored hash. */
export const isTokenOf = (token: string, { tokenHash }: { readonly tokenHash: string | null }): boolean => {
  if (tokenHash === null) return false;
  const [given, kept] = [Buffer.from(hashOf(token)), Buffer.from(tokenHash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
};
