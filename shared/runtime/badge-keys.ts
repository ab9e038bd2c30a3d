import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { type BadgeClaims, badgeCodeBody, badgeCodeText } from '../domain/badge-code.ts';

/** DER around the 32 raw bytes of an Ed25519 key (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

export interface BadgeKey {
  readonly kid: string;
  /** base64url of the 32 raw bytes. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** The badge key of an event: derived, so that no private key is stored anywhere. */
export const deriveBadgeKey = (secret: string, event: string, kid: string): BadgeKey => {
  const seed = Buffer.from(hkdfSync('sha256', secret, event, `turnout badge key ${kid}`, KEY_BYTES));
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
  return { kid, publicKey: raw.toString('base64url'), privateKey };
};

/** @param claims without `issue` those of a first print */
export const issueBadgeCode = (
  key: BadgeKey,
  claims: Omit<BadgeClaims, 'kid' | 'issue'> & { readonly issue?: number },
): string => {
  const body = badgeCodeBody({ issue: 1, ...claims, kid: key.kid });
  return badgeCodeText(body, sign(null, Buffer.from(body), key.privateKey));
};

const parsedKeys = new Map<string, KeyObject>();
const MAX_PARSED_KEYS = 1000;

const parsedKey = (publicKey: string): KeyObject => {
  const known = parsedKeys.get(publicKey);
  if (known) return known;
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64url')]),
    format: 'der',
    type: 'spki',
  });
  if (parsedKeys.size >= MAX_PARSED_KEYS) parsedKeys.clear();
  parsedKeys.set(publicKey, key);
  return key;
};

/** Signatures that were found genuine, by key and what they sign: they stay so, and a badge is scanned many times. */
const genuine = new Set<string>();
const MAX_GENUINE = 20_000;

const isGenuine = (publicKey: string, signed: Uint8Array, signature: Uint8Array): boolean => {
  const seen = `${publicKey} ${Buffer.from(signature).toString('latin1')} ${Buffer.from(signed).toString('latin1')}`;
  if (genuine.has(seen)) return true;
  if (!verify(null, signed, parsedKey(publicKey), signature)) return false;
  if (genuine.size >= MAX_GENUINE) genuine.clear();
  genuine.add(seen);
  return true;
};

/** The verifier that `verifyBadgeCode` takes: false for a key that the event does not have. */
export const badgeVerifier =
  (publicKeys: readonly { kid: string; publicKey: string }[]) =>
  (kid: string, signed: Uint8Array, signature: Uint8Array): boolean => {
    const key = publicKeys.find((candidate) => candidate.kid === kid);
    return key !== undefined && isGenuine(key.publicKey, signed, signature);
  };
