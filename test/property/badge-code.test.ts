import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBadgeCode, verifyBadgeCode } from '../../shared/domain/badge-code.ts';
import { webBadgeVerifier } from '../../shared/domain/badge-verifier.ts';
import { defaultCategories } from '../../shared/domain/event-words.ts';
import { badgeVerifier, deriveBadgeKey, issueBadgeCode } from '../../shared/runtime/badge-keys.ts';

const claims = fc.record({
  event: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
  badgeId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  category: fc.constantFrom(...defaultCategories.map(({ id }) => id)),
  country: fc.option(fc.stringMatching(/^[A-Z]{2}$/)),
});
const key = deriveBadgeKey('secret', 'gdec-2023', 'k1');
const verifier = badgeVerifier([key]);

const accepts = (text: string): boolean => {
  const code = parseBadgeCode(text);
  return code.kind === 'signed' && verifyBadgeCode(code, verifier);
};

describe('a printed code is accepted as it was issued, and in no other form', () => {
  test('what is issued says the same when it is read, and fits a QR code', () => {
    fc.assert(
      fc.property(claims, (badge) => {
        const text = issueBadgeCode(key, badge);
        const code = parseBadgeCode(text);
        expect(code).toMatchObject({ kind: 'signed', ...badge, kid: 'k1' });
        expect(accepts(text)).toBe(true);
        expect(text.length).toBeLessThan(300);
      }),
    );
  });

  test('one flipped bit anywhere is never accepted', () => {
    const text = issueBadgeCode(key, {
      event: 'gdec-2023',
      badgeId: 'B-000001',
      category: 'delegate',
      country: 'SG',
    });
    expect(accepts(text)).toBe(true);
    const bytes = Buffer.from(text);
    for (let index = 0; index < bytes.length * 8; index += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(index >> 3) ^ (1 << (index & 7)), index >> 3);
      expect(accepts(flipped.toString('latin1')), `bit ${index}`).toBe(false);
      expect(accepts(flipped.toString('utf8')), `bit ${index}`).toBe(false);
    }
  });

  test('any other change is not accepted either', () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (badge, place, inserted) => {
        const text = issueBadgeCode(key, badge);
        const at = place % (text.length + 1);
        expect(accepts(text.slice(0, at) + inserted + text.slice(at))).toBe(false);
        expect(accepts(text.slice(0, at) + text.slice(at + 1))).toBe(at === text.length);
      }),
    );
  });

  test('the key of one event signs nothing for another', () => {
    fc.assert(
      fc.property(claims, (badge) => {
        const other = issueBadgeCode(deriveBadgeKey('secret', 'other', 'k1'), badge);
        expect(accepts(other)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test('codes of other systems are told apart from broken ones of ours', () => {
    expect(parseBadgeCode('4006381333931').kind).toBe('foreign');
    expect(parseBadgeCode('https://example.org/t/1.2').kind).toBe('foreign');
    expect(parseBadgeCode('T1.gdec-2023.B-1').kind).toBe('malformed');
    expect(parseBadgeCode('T2.whatever').kind).toBe('malformed');
    fc.assert(fc.property(fc.string(), (text) => parseBadgeCode(text).kind !== 'signed'));
  });

  test('a browser comes to the same verdict as the server', async () => {
    const web = webBadgeVerifier([key]);
    await fc.assert(
      fc.asyncProperty(claims, fc.boolean(), async (badge, forged) => {
        const text = issueBadgeCode(forged ? deriveBadgeKey('guess', 'gdec-2023', 'k1') : key, badge);
        const code = parseBadgeCode(text);
        expect(code.kind === 'signed' && (await verifyBadgeCode(code, web))).toBe(!forged);
      }),
      { numRuns: 30 },
    );
  });

  test('the key is the same each time it is derived: badges outlive deployments', () => {
    expect(deriveBadgeKey('secret', 'gdec-2023', 'k1').publicKey).toBe(key.publicKey);
    expect(deriveBadgeKey('secret', 'gdec-2023', 'k2').publicKey).not.toBe(key.publicKey);
    expect(Buffer.from(key.publicKey, 'base64url')).toHaveLength(32);
  });
});
