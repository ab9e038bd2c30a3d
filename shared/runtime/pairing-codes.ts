import { createHmac, randomInt } from 'node:crypto';
import { pairingParts, randomLetters, SEALS, sealLetters, shownPairingCode } from '../domain/pairing-code.ts';
import { sealingKey } from './sealing.ts';

const RANDOM_BYTES = 6;

/** Codes to pair devices with. An invented one shows by its seal, without a read, but for one in 29,791. */
export const pairingCodes = (secret: string) => {
  const key = sealingKey(secret, 'pairing code');
  const sealOf = (random: string): string =>
    sealLetters(createHmac('sha256', key).update(random).digest().readUIntBE(0, RANDOM_BYTES) % SEALS);

  return {
    /** E.g. `7KQ2M-XW9PA`. */
    make: (): string => {
      const random = randomLetters((below) => randomInt(below));
      return shownPairingCode(`${random}${sealOf(random)}`);
    },

    /** @param code normalized */
    isOurs: (code: string): boolean => {
      const { random, seal } = pairingParts(code);
      return seal === sealOf(random);
    },
  };
};
