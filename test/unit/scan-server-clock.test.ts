import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstState, reduce } from '../../web/scan/app/state.ts';
import { serverClock } from '../../web/scan/device/server-clock.ts';

const NOON = Date.UTC(2023, 6, 4, 12);
const HOUR_MS = 3_600_000;

/** Asks a server whose clock is right, from a device whose clock is `wrongMs` fast. */
const aPhone = (wrongMs: number, keptMs?: number) => {
  let now = NOON;
  const told: number[] = [];
  const own = () => now + wrongMs;
  const server = serverClock(own, (aheadMs) => told.push(aheadMs), keptMs);
  return {
    server,
    told,
    wrongBy: () => Math.abs(server.now() - now),
    ask: ({ there, back }: { readonly there: number; readonly back: number }) => {
      const askedAt = own();
      now += there;
      const date = new Date(now).toUTCString();
      now += back;
      server.heard(date, askedAt);
    },
  };
};

const ms = fc.integer({ min: 0, max: 5_000 });
const wayThereAndBack = fc.record({ there: ms, back: ms });
const wrong = fc.integer({ min: -30 * HOUR_MS, max: 30 * HOUR_MS });

describe("the server's clock", () => {
  it('is known to within a second and what the fastest answer took, whatever the own one says', () => {
    fc.assert(
      fc.property(wrong, fc.array(wayThereAndBack, { minLength: 1, maxLength: 8 }), (wrongMs, ways) => {
        const phone = aPhone(wrongMs);
        for (const way of ways) phone.ask(way);
        const fastest = Math.min(...ways.map(({ there, back }) => there + back));
        expect(phone.wrongBy()).toBeLessThanOrEqual(1_000 + fastest);
      }),
    );
  });

  it('never corrects a clock that is right', () => {
    fc.assert(
      fc.property(fc.array(wayThereAndBack), (ways) => {
        const phone = aPhone(0);
        for (const way of ways) phone.ask(way);
        expect(phone.told).toEqual([]);
      }),
    );
  });

  it('goes by what was known before, until an answer says otherwise', () => {
    const phone = aPhone(-HOUR_MS, HOUR_MS);
    expect(phone.wrongBy()).toBe(0);
    const mended = aPhone(0, HOUR_MS);
    mended.ask({ there: 20, back: 20 });
    expect(mended.wrongBy()).toBeLessThanOrEqual(1_040);
    expect(mended.told).toHaveLength(1);
  });

  it('learns nothing from an answer without a time', () => {
    const phone = aPhone(-HOUR_MS);
    phone.server.heard(null, NOON - HOUR_MS);
    phone.server.heard('soon', NOON - HOUR_MS);
    expect(phone.server.aheadMs()).toBe(0);
  });

  it('is what the page goes by, at once and at each tick', () => {
    const slow = firstState(NOON - HOUR_MS);
    const told = reduce(slow, { kind: 'clock', aheadMs: HOUR_MS });
    expect(told.now).toBe(NOON);
    expect(reduce(told, { kind: 'tick', now: NOON - HOUR_MS + 1_000 }).now).toBe(NOON + 1_000);
    const paired = reduce(told, {
      kind: 'paired',
      device: { name: 'Door', event: 'own', role: 'scanner' },
    });
    expect(reduce(paired, { kind: 'tick', now: NOON - HOUR_MS }).now).toBe(NOON);
  });
});
