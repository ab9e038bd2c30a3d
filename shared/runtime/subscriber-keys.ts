import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAC_CHARACTERS = 22;

/** What a token names: a subscription of an event, in the generation of tokens that is good now. */
export interface TokenClaims {
  readonly event: string;
  readonly subscriptionId: string;
}

const TOKEN =
  /^(?<event>[a-z0-9][a-z0-9-]{0,62})\.(?<subscriptionId>[A-Za-z0-9_-]{22})\.(?<mac>[A-Za-z0-9_-]{22})$/;

/**
 * Everything secret about subscribers is derived from the deployment's signing secret, so that none of it is
 * stored: the ids, the tokens that manage a subscription, the webhooks' signing secrets, and the key that
 * addresses are encrypted with.
 */
export const subscriberKeys = (secret: string) => {
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `turnout subscriber ${purpose}`, KEY_BYTES)));
  const keys = {
    id: derive('id'),
    token: derive('token'),
    webhook: derive('webhook'),
    address: derive('address'),
    limit: derive('limit'),
  };
  const mac = (key: KeyObject, parts: readonly string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  const short = (key: KeyObject, parts: readonly string[]): string =>
    mac(key, parts).toString('base64url').slice(0, MAC_CHARACTERS);

  return {
    /** The same for the same endpoint of an event: asking twice makes one subscription. */
    idOf: (event: string, channel: string, endpoint: string): string =>
      short(keys.id, [event, channel, endpoint]),

    /** What is counted within an hour, of a source or an endpoint: not to be turned back into either. */
    limitOf: (what: 'source' | 'endpoint', ...parts: readonly string[]): string =>
      short(keys.limit, [what, ...parts]),

    /** The secret that is sent to the endpoint alone; whoever has it may see, change and end the subscription. */
    tokenOf: ({ event, subscriptionId }: TokenClaims): string =>
      `${event}.${subscriptionId}.${short(keys.token, [event, subscriptionId])}`,

    /** Undefined for what is no token of ours; takes the same time for every forgery. */
    readToken: (token: string): TokenClaims | undefined => {
      const { event, subscriptionId, mac: given } = TOKEN.exec(token)?.groups ?? {};
      if (event === undefined || subscriptionId === undefined || given === undefined) return undefined;
      const wanted = short(keys.token, [event, subscriptionId]);
      return timingSafeEqual(Buffer.from(given), Buffer.from(wanted)) ? { event, subscriptionId } : undefined;
    },

    /** Signing secret of a webhook (`whsec_…`, Standard Webhooks); each version is another. */
    webhookSecret: (event: string, subscriptionId: string, version: number): string =>
      `whsec_${mac(keys.webhook, [event, subscriptionId, String(version)]).toString('base64')}`,

    /** AES-256-GCM, base64url of nonce, ciphertext and tag; bound to the subscription. */
    seal: (endpoint: string, subscriptionId: string): string => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keys.address, nonce).setAAD(Buffer.from(subscriptionId));
      return Buffer.concat([
        nonce,
        cipher.update(endpoint, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]).toString('base64url');
    },

    /** @throws when the text was not sealed for this subscription */
    open: (sealed: string, subscriptionId: string): string => {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', keys.address, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(subscriptionId))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8');
    },
  };
};

export type SubscriberKeys = ReturnType<typeof subscriberKeys>;
