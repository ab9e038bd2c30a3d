import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { chooseRevoked, generateCrowd } from '../../rehearse/crowd.ts';
import { sweepOf } from '../../rehearse/requests.ts';
import { someBadges, someRooms } from './rehearse-fixtures.ts';

const badges = someBadges();
const options = { seed: 1, run: 'test', badges, slots: [someRooms(), someRooms(8)] };
const crowd = generateCrowd(options);
const first = crowd.requests.filter(({ resent }) => !resent).flatMap(({ scans }) => scans);
const opening = first.filter(({ sessionId }) => sessionId === 'opening-ceremony');
const share = (some: number, all: number) => some / all;

describe('two people who rehearse with one seed see the same evening', () => {
  test('same options, same requests', () => {
    expect(generateCrowd(options)).toEqual(crowd);
  });

  test('another seed or another run gives other scanIds', () => {
    const ids = new Set(first.map(({ scanId }) => scanId));
    for (const other of [
      generateCrowd({ ...options, seed: 2 }),
      generateCrowd({ ...options, run: 'again' }),
    ]) {
      expect(other.requests.flatMap(({ scans }) => scans).some(({ scanId }) => ids.has(scanId))).toBe(false);
    }
  });

  test('a number of scans is kept to', () => {
    for (const scans of [1, 250, 12_000]) {
      expect(generateCrowd({ ...options, scans }).scans).toBe(scans);
    }
  });
});

describe('the opening evening is as busy as a real one', () => {
  const entries = opening.filter(({ direction, standing }) => direction === 'entry' && standing === 'known');

  test('nearly every guest comes, through all 12 doors', () => {
    const people = new Set(entries.map(({ badge }) => badge?.badgeId));
    expect(people.size).toBe(badges.length - chooseRevoked(badges).length);
    expect(new Set(opening.map(({ device }) => device)).size).toBe(12);
  });

  test('within 45 minutes, most of them around 15 minutes before the start', () => {
    const start = crowd.sessions.find(({ sessionId }) => sessionId === 'opening-ceremony')?.startsMs ?? 0;
    const minutes = new Map<number, number>();
    const firsts = new Map(entries.toReversed().map((scan) => [scan.code, scan.atMs]));
    for (const atMs of firsts.values()) {
      const minute = Math.floor((atMs - start) / 60_000);
      expect(minute).toBeGreaterThanOrEqual(-40);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    const [busiest = 0] = [...minutes].sort(([, a], [, b]) => b - a)[0] ?? [];
    expect(busiest).toBeGreaterThan(-22);
    expect(busiest).toBeLessThan(-8);
  });

  test('2 to 4 % read again while inside, about 1 % who should not be there', () => {
    const strangers = opening.filter(({ standing }) => standing !== 'known').length;
    expect(share(strangers, opening.length)).toBeGreaterThan(0.005);
    expect(share(strangers, opening.length)).toBeLessThan(0.015);
    const exits = opening.filter(({ direction }) => direction === 'exit').length;
    const people = new Set(entries.map(({ code }) => code)).size;
    expect(exits).toBeGreaterThan(0);
    expect(share(entries.length - people, entries.length)).toBeGreaterThan(0.02);
    expect(share(entries.length - people, entries.length)).toBeLessThan(0.08);
  });

  test('a door handles one person every 3 s at most', () => {
    const live = entries.filter(({ admittedOffline }) => !admittedOffline).length;
    expect(live).toBeLessThan((12 * 45 * 60) / 3);
  });
});

describe('bad Wi-Fi', () => {
  const offline = first.filter(({ admittedOffline }) => admittedOffline);

  test('devices upload at once what they decided alone, with clocks up to 90 s off', () => {
    expect(offline.length).toBeGreaterThan(20);
    for (const { atMs, scannedMs, standing } of offline) {
      expect(Math.abs(scannedMs - atMs)).toBeLessThanOrEqual(90_000);
      expect(standing).toBe('known');
    }
    const late = crowd.requests.filter(({ scans, sendAtMs }) =>
      scans.some(({ atMs }) => sendAtMs - atMs > 300_000),
    );
    expect(late.length).toBeGreaterThan(0);
  });

  test('requests hold 1 to 100 scans and no badge twice', () => {
    for (const { scans } of crowd.requests) {
      expect(scans.length).toBeGreaterThanOrEqual(1);
      expect(scans.length).toBeLessThanOrEqual(100);
      expect(new Set(scans.map(({ code }) => code)).size).toBe(scans.length);
    }
  });

  test('what is sent again was sent before', () => {
    const sent = new Set<string>();
    let again = 0;
    for (const { scans, resent } of crowd.requests) {
      for (const { scanId } of scans) {
        expect(sent.has(scanId)).toBe(resent);
        sent.add(scanId);
      }
      again += Number(resent);
    }
    expect(again).toBeGreaterThan(0);
    expect(sweepOf(crowd.requests, seededRandom(1)).flatMap(({ scans }) => scans)).toHaveLength(sent.size);
  });
});

test('on forum days no room is overfilled and people change rooms', () => {
  const rooms = first.filter(({ sessionId }) => sessionId.startsWith('thematic-forum-'));
  const people = Map.groupBy(rooms, ({ code }) => code);
  const bySession = Map.groupBy(rooms, ({ sessionId }) => sessionId);
  expect(bySession.size).toBe(14);
  for (const scans of bySession.values()) {
    expect(new Set(scans.filter(({ badge }) => badge).map(({ code }) => code)).size).toBeLessThanOrEqual(300);
  }
  const changed = [...people.values()].filter(
    (scans) => new Set(scans.map(({ sessionId }) => sessionId)).size > 1,
  );
  expect(share(changed.length, people.size)).toBeGreaterThan(0.25);
  expect(share(changed.length, people.size)).toBeLessThan(0.4);
});
