import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sealingKey } from './sealing.ts';

/** 192 bits nobody can guess, and 64 that show without a read that the token is one of ours. */
const RANDOM_BYTES = 24;
const SEAL_BYTES = 8;

const FORM =
  /^(?<text>[a-z0-9][a-z0-9-]{0,62}\.[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{32})(?<seal>[A-Za-z0-9_-]{11})$/;

/** Device tokens: `<event>.<deviceId>.<random and seal>`. Of a token, only its hash is stored. */
export const deviceTokens = (secret: string) => {
  const key = sealingKey(secret, 'device token');
  const sealOf = (text: string): string =>
    createHmac('sha256', key).update(text).digest().subarray(0, SEAL_BYTES).toString('base64url');

  return {
    make: (event: string, deviceId: string): string => {
      const text = `${event}.${deviceId}.${randomBytes(RANDOM_BYTES).toString('base64url')}`;
      return `${text}${sealOf(text)}`;
    },

    /** Whether `make` made it; takes the same time for every forgery. */
    isOurs: (token: string): boolean => {
      const { text, seal } = FORM.exec(token)?.groups ?? {};
      if (text === undefined || seal === undefined) return false;
      return timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(text)));
    },
  };
};
