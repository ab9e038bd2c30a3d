import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowMeter } from '../../web/organizer/store/flow.ts';
import { ageOf, byUrgency, levelOf } from '../../web/organizer/store/urgency.ts';

const AT = Date.parse('2026-07-04T12:00:00.000Z');
const iso = (minutes: number) => new Date(AT + minutes * 60_000).toISOString();
const session = (more: Partial<Parameters<typeof levelOf>[0]> = {}) => ({
  startsAt: iso(-30),
  endsAt: iso(30),
  inside: 10,
  capacity: 100 as number | null,
  conflicts: 0,
  completeness: { devicesSilent: 0, scansQueued: 0 },
  ...more,
});

describe('what is most urgent on the wall', () => {
  it('is a full room, then one that fills, then one whose count is not complete', () => {
    const rows = [
      { ...session(), id: 'running' },
      { ...session({ startsAt: iso(60), endsAt: iso(90), inside: 0 }), id: 'next' },
      { ...session({ completeness: { devicesSilent: 1, scansQueued: 0 } }), id: 'incomplete' },
      { ...session({ startsAt: iso(-90), endsAt: iso(-60), inside: 0 }), id: 'over' },
      { ...session({ inside: 85 }), id: 'filling' },
      { ...session({ inside: 100 }), id: 'full' },
    ];
    expect(byUrgency(rows, AT).map(({ session: { id } }) => id)).toEqual([
      'full',
      'filling',
      'incomplete',
      'running',
      'next',
      'over',
    ]);
  });
  it('does not change places at every scan, but does as rooms fill', () => {
    const order = (first: number, second: number) =>
      byUrgency(
        [
          { ...session({ inside: first }), id: 'first' },
          { ...session({ inside: second }), id: 'second' },
        ],
        AT,
      ).map(({ session: { id } }) => id);
    expect(order(41, 42)).toEqual(['first', 'second']);
    expect(order(42, 41)).toEqual(['first', 'second']);
    expect(order(42, 47)).toEqual(['second', 'first']);
  });
  it('is never over while people are inside', () =>
    expect(levelOf(session({ endsAt: iso(-1), inside: 1 }), AT)).toBe('occupied'));
});

describe('how old a number is', () => {
  it.each([
    [null, 'stale'],
    [AT, 'fresh'],
    [AT - 20_000, 'ageing'],
    [AT - 60_000, 'stale'],
  ])('heard at %s is %s', (heardAt, age) => expect(ageOf(heardAt, AT)).toBe(age));
});

describe('people a minute', () => {
  it('is what came in the last minute, however often it was told', () => {
    const steps = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), came: fc.integer({ min: 0, max: 9 }) }),
      {
        minLength: 1,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const meter = flowMeter();
        let [at, entries] = [0, 0];
        const told: { at: number; entries: number }[] = [];
        for (const { afterMs, came } of list) {
          at += afterMs;
          entries += came;
          told.push({ at, entries });
          meter.take('s', { entries, exits: 0 }, at);
        }
        const flow = meter.flowOf('s', at)?.entries ?? -1;
        // Samples of one second are one, so the window's edge is known to a second.
        const before = (ms: number) =>
          told.findLast((each) => each.at <= ms)?.entries ?? told[0]?.entries ?? 0;
        expect(flow).toBeGreaterThanOrEqual(entries - before(at - 59_000));
        expect(flow).toBeLessThanOrEqual(entries - before(at - 61_000));
      }),
    );
  });
});
