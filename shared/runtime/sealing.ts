import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/** A key for one use of the deployment's sealing secret: what is made for one is worth nothing for another. */
export const sealingKey = (
  secret: string,
  use: 'device token' | 'pairing code' | 'cursor' | 'live channel',
): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `turnout seal ${use}`, KEY_BYTES));
