import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RETRY_WAITS_MS,
  rotated,
  type Secrets,
  signingVersions,
  waitAfter,
  wants,
} from '../../shared/domain/subscriber.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { applicationServerKey, vapidKey } from '../../shared/runtime/vapid.ts';

const keys = subscriberKeys('a signing secret of the test');
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);

describe('who gets an announcement', () => {
  const message = { language: 'en', kind: 'award', topics: ['ai', 'data'] };
  test.each([
    [{ language: 'en' }, true],
    [{ language: 'zh' }, false],
    [{ language: 'en', kinds: ['award'] }, true],
    [{ language: 'en', kinds: ['report'] }, false],
    [{ language: 'en', topics: ['x', 'data'] }, true],
    [{ language: 'en', topics: ['x'] }, false],
    [{ language: 'en', kinds: ['award'], topics: ['x'] }, false],
  ])('%j: %s', (interest, wanted) => {
    expect(wants(interest, message)).toBe(wanted);
  });
});

test('a webhook that is down over a weekend would be given up', () => {
  const total = RETRY_WAITS_MS.reduce((sum, wait) => sum + wait, 0);
  expect(total).toBeGreaterThan(3 * 24 * 60 * 60_000);
  expect(waitAfter(RETRY_WAITS_MS.length, 0)).toBeDefined();
  expect(waitAfter(RETRY_WAITS_MS.length + 1, 0)).toBeUndefined();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: RETRY_WAITS_MS.length }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, spread) => {
        const wait = RETRY_WAITS_MS[attempt - 1] ?? Number.NaN;
        expect(waitAfter(attempt, spread)).toBeGreaterThanOrEqual(wait);
        expect(waitAfter(attempt, spread)).toBeLessThanOrEqual(wait * 1.1 + 1);
      },
    ),
  );
});

test('a stranger could make a token, or read an address out of the table', () => {
  fc.assert(
    fc.property(slug, fc.webUrl(), fc.integer({ min: 0, max: 21 }), (event, endpoint, place) => {
      const subscriptionId = keys.idOf(event, 'webhook', endpoint);
      const token = keys.tokenOf({ event, subscriptionId });
      expect(keys.readToken(token)).toEqual({ event, subscriptionId });
      const changed = `${token.slice(0, -22)}${token.slice(-22, token.length - 22 + place)}${token.at(-22 + place) === 'A' ? 'B' : 'A'}${token.slice(token.length - 21 + place)}`;
      expect(keys.readToken(changed)).toBeUndefined();
      expect(subscriberKeys('another secret').readToken(token)).toBeUndefined();
      const sealed = keys.seal(endpoint, subscriptionId);
      expect(sealed).not.toContain(endpoint);
      expect(keys.open(sealed, subscriptionId)).toBe(endpoint);
      expect(() => keys.open(sealed, `${subscriptionId}x`)).toThrow();
    }),
  );
});

test.each(['', 'x', 'a.b.c', `${'a'.repeat(300)}.${'b'.repeat(22)}.${'c'.repeat(22)}`, 'gdec-2023..'])(
  'not a token: %s',
  (token) => {
    expect(keys.readToken(token)).toBeUndefined();
  },
);

test('a browser would refuse the key that names us to push services', async () => {
  for (const secret of ['one', 'two', 'three']) {
    const key = vapidKey(secret);
    const imported = await crypto.subtle.importKey(
      'jwk',
      { ...key },
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign'],
    );
    expect((await crypto.subtle.exportKey('jwk', imported)).x).toBe(key.x);
    expect(Buffer.from(applicationServerKey(key), 'base64url')).toHaveLength(65);
  }
});

test('a receiver would refuse what is signed, within a day of a rotation, however often it is sent', () => {
  const DAY_MS = 24 * 3_600_000;
  const pauses = fc.array(fc.oneof(fc.nat(DAY_MS), fc.integer({ min: DAY_MS, max: 9 * DAY_MS })), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(pauses, fc.nat(2 * DAY_MS), (between, later) => {
      let secrets: Secrets = { secretVersion: 1, rotatedAt: 0 };
      let now = 2 * DAY_MS;
      const replaced = new Map<number, number>();
      for (const pause of between) {
        now += pause;
        replaced.set(secrets.secretVersion, now);
        secrets = rotated(secrets, now);
      }
      now += later;
      const signing = signingVersions(secrets, now);
      expect(signing[0]).toBe(between.length + 1);
      expect(signing.length).toBeLessThanOrEqual(5);
      for (const [version, at] of replaced) if (now - at < DAY_MS) expect(signing).toContain(version);
      if (later >= DAY_MS) expect(signing).toHaveLength(1);
    }),
  );
});
