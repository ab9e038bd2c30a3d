import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../shared/contract/badges.ts';
import { putEvent } from '../../shared/contract/programme.ts';
import { call } from './announcement-host.ts';
import { aSession, openDoors } from './doors.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

/** Longer than a door goes on with what it knows. */
const KNOWN_MS = 31_000;

let host: RegistryHost;
beforeAll(async () => {
  host = await startRegistryHost();
});
afterAll(() => host.stop());

let made = 0;
const anEvent = async () => {
  made += 1;
  const event = `prints-${made}`;
  const settings = { title: { en: 'x' }, timeZone: 'UTC', languages: ['en'] };
  await call(host.programme, putEvent, { params: { event }, body: settings });
  let ahead = 0;
  const doors = await openDoors(host, {
    event,
    sessions: [aSession('hall')],
    clock: () => Date.now() + ahead,
  });
  const on = (badge: string) => ({ params: { event, badge } });
  return {
    load: async (...rows: object[]): Promise<string[]> => {
      const { json } = await call(host.badges, contract.importBadges, { params: { event }, body: rows });
      expect(json['errors']).toEqual([]);
      return json['results'].map(({ code }: { code: string }) => code);
    },
    reissue: (badge: string) =>
      call(host.badges, contract.reissueBadge, { ...on(badge), body: { reason: 'lost' } }),
    revoke: (badge: string) => call(host.badges, contract.revokeBadge, on(badge)),
    remove: async (badge: string) => (await call(host.badges, contract.deleteBadge, on(badge))).status,
    unrevoke: (badge: string) => call(host.badges, contract.unrevokeBadge, on(badge)),
    get: async (badge: string) => (await call(host.badges, contract.getBadge, on(badge))).json,
    later: () => {
      ahead += KNOWN_MS;
    },
    scan: async (badge: string, more: object = {}) => {
      const scannedAt = new Date(Date.now() + ahead).toISOString();
      const scan = { scanId: randomUUID(), sessionId: 'hall', badge, scannedAt, ...more };
      const [result] = await doors.send('d-1', [scan]);
      if (!result) throw new Error('no result');
      return { scan, result, again: async () => (await doors.send('d-1', [scan]))[0] };
    },
  };
};
const ada = { badgeId: 'B-1', category: 'delegate', name: 'Ada' };
const DELETED = 'This badge was deleted. Send the person to the help desk';
const bob = { badgeId: 'B-2', category: 'press', name: 'Bob' };

describe('a code of another system is whose it was when it was read', () => {
  test('a replay finds its scan after the code was changed', async () => {
    const { load, scan, later } = await anEvent();
    await load({ ...ada, code: 'OLD' });
    const first = await scan('OLD');
    expect(first.result).toMatchObject({ outcome: 'admitted', badge: { badgeId: 'B-1' } });
    await load({ ...ada, code: 'NEW' });
    later();
    expect(await first.again()).toMatchObject({ outcome: 'admitted', replayed: true });
    expect((await scan('OLD')).result).toMatchObject({ outcome: 'refused', reason: 'superseded_badge' });
    expect((await scan('NEW')).result).toMatchObject({
      reason: 'already_inside',
      badge: { badgeId: 'B-1' },
    });
  });

  test('a late upload is of the badge that had the code then, a live scan of the one that has it now', async () => {
    const { load, scan } = await anEvent();
    await load({ ...ada, code: 'X' });
    const before = new Date().toISOString();
    await load({ ...ada, code: 'Y' });
    await load({ ...bob, code: 'X' });
    const offline = await scan('X', { admittedOffline: true, scannedAt: before });
    expect(offline.result).toMatchObject({ conflict: null, badge: { badgeId: 'B-1', category: 'delegate' } });
    expect((await scan('X')).result.badge).toMatchObject({ badgeId: 'B-2', category: 'press' });
  });

  test('a live scan is of the badge that has the code now, and no old print passes, however slow a clock is', async () => {
    const { load, scan, reissue, later } = await anEvent();
    const [, lost = ''] = await load({ ...ada, code: 'X' }, { badgeId: 'B-3', category: 'vip' });
    const slow = { scannedAt: new Date(Date.now() - 3_000_000).toISOString() };
    const before = await scan('X', slow);
    await load({ ...ada, code: 'Y' });
    await load({ ...bob, code: 'X' });
    await reissue('B-3');
    later();
    const after = await scan('X', slow);
    expect(after.result).toMatchObject({ outcome: 'admitted', badge: { badgeId: 'B-2', category: 'press' } });
    expect((await scan(lost, slow)).result).toMatchObject({ reason: 'superseded_badge' });
    expect(await before.again()).toMatchObject({ replayed: true, badge: { badgeId: 'B-1' } });
    expect(await after.again()).toMatchObject({ replayed: true, badge: { badgeId: 'B-2' } });
  });

  test('a scan that is older than the list is of the first badge on it', async () => {
    const { load, scan } = await anEvent();
    const before = new Date(Date.now() - 3_600_000).toISOString();
    await load({ ...ada, code: 'X' });
    const { result } = await scan('X', { admittedOffline: true, scannedAt: before });
    expect(result).toMatchObject({ outcome: 'admitted', conflict: null, badge: { badgeId: 'B-1' } });
  });
});

describe('a badge is revoked', () => {
  test.each([
    ['a code of ours', ada],
    ['a code of another system', { ...ada, code: 'X' }],
  ])('a late upload of %s is judged as it stood then, a live scan as it stands now', async (_, badge) => {
    const { load, scan, revoke, unrevoke, later } = await anEvent();
    const [code = ''] = await load(badge);
    const minuteBefore = new Date(Date.now() - 60_000).toISOString();
    const since = (await revoke('B-1')).json['revokedAt'];
    later();
    const offline = async (scannedAt: string, direction: 'entry' | 'exit') =>
      (await scan(code, { admittedOffline: true, scannedAt, direction })).result.conflict;
    expect(await offline(minuteBefore, 'entry')).toBe(null);
    expect(await offline(since, 'exit')).toBe('revoked_badge');
    expect((await scan(code, { scannedAt: minuteBefore })).result.reason).toBe('revoked_badge');
    await unrevoke('B-1');
    later();
    expect(await offline(since, 'exit')).toBe('revoked_badge');
    expect((await scan(code)).result.outcome).toBe('admitted');
  });
});

describe('a badge is printed again', () => {
  test('the lost print is refused with a sentence that says so, the new one works', async () => {
    const { load, scan, reissue, later, get } = await anEvent();
    const [lost = ''] = await load(ada);
    expect((await scan(lost)).result.outcome).toBe('admitted');
    const { status, json } = await reissue('B-1');
    expect([status, json['issue'], json['reissuedReason']]).toEqual([200, 2, 'lost']);
    expect(json['code']).not.toBe(lost);
    later();
    expect((await scan(lost, { direction: 'exit' })).result.badge).toMatchObject({ badgeId: 'B-1' });
    expect((await scan(lost)).result).toMatchObject({
      outcome: 'refused',
      reason: 'superseded_badge',
      detail: 'A newer badge was printed for this person. Ask for the new one',
    });
    const before = new Date(Date.now() - 60_000).toISOString();
    const late = await scan(lost, { admittedOffline: true, direction: 'exit', scannedAt: before });
    expect(late.result.conflict).not.toBe('superseded_badge');
    expect((await scan(json['code'])).result.reason).not.toBe('superseded_badge');
    expect(await get('B-1')).toMatchObject({ issue: 2, name: 'Ada', code: json['code'] });
  });

  test('a new category is a new print: nobody goes on with the old one', async () => {
    const { load, scan, later } = await anEvent();
    const [delegate = ''] = await load(ada);
    const [speaker = ''] = await load({ ...ada, category: 'speaker' });
    expect(await load({ ...ada, category: 'speaker' })).toEqual([speaker]);
    later();
    expect((await scan(delegate)).result.reason).toBe('superseded_badge');
    expect((await scan(speaker)).result).toMatchObject({
      outcome: 'admitted',
      badge: { category: 'speaker' },
    });
    const [back = ''] = await load(ada);
    expect(back).not.toBe(delegate);
  });

  test('a code of another system gives way to one of ours', async () => {
    const { load, scan, reissue, later } = await anEvent();
    await load({ ...ada, code: 'TICKET-1' });
    const { json } = await reissue('B-1');
    later();
    expect((await scan('TICKET-1')).result.reason).toBe('superseded_badge');
    expect((await scan(json['code'])).result.outcome).toBe('admitted');
  });

  test('several at once: one print is valid in the end', async () => {
    const { load, scan, reissue, later, get } = await anEvent();
    const [first = ''] = await load(ada);
    const answers = await Promise.all([reissue('B-1'), reissue('B-1'), reissue('B-1')]);
    const codes = answers.flatMap(({ status, json }) => (status === 200 ? [json['code']] : []));
    const { code } = await get('B-1');
    expect(codes).toContain(code);
    later();
    for (const old of new Set([first, ...codes].filter((each) => each !== code)))
      expect((await scan(old)).result.reason).toBe('superseded_badge');
    expect((await scan(code)).result.outcome).toBe('admitted');
  });
});

test('a revocation is taken back, and a revoked badge is not printed again', async () => {
  const { load, scan, revoke, unrevoke, reissue, later, get } = await anEvent();
  const [code = ''] = await load(ada);
  await load({ ...bob, code: 'TICKET-2' });
  for (const badge of ['B-1', 'B-2']) await revoke(badge);
  later();
  expect((await scan(code)).result.reason).toBe('revoked_badge');
  expect((await scan('TICKET-2')).result.reason).toBe('revoked_badge');
  expect((await reissue('B-1')).status).toBe(409);
  for (const badge of ['B-1', 'B-2']) expect((await unrevoke(badge)).json['revokedAt']).toBeNull();
  later();
  expect((await scan(code)).result.outcome).toBe('admitted');
  expect((await scan('TICKET-2')).result.outcome).toBe('admitted');
  expect(await get('B-1')).toMatchObject({ revokedAt: null, revokedReason: null });
  expect((await unrevoke('B-9')).status).toBe(404);
});

describe('a badge is deleted', () => {
  test('one that was never scanned goes with its name, and its print opens no door again', async () => {
    const { load, scan, remove, revoke, later, get } = await anEvent();
    const [code = ''] = await load(ada);
    await revoke('B-1');
    expect(await remove('B-1')).toBe(204);
    expect((await get('B-1'))['status']).toBe(404);
    expect(await remove('B-1')).toBe(404);
    later();
    expect((await scan(code)).result).toMatchObject({ reason: 'superseded_badge', detail: DELETED });
    const [anew = ''] = await load(ada);
    expect(anew).not.toBe(code);
    later();
    expect((await scan(anew)).result.outcome).toBe('admitted');
    expect((await scan(code)).result.reason).toBe('superseded_badge');
  });

  test('its imported code is free for another', async () => {
    const { load, scan, remove } = await anEvent();
    await load({ ...ada, code: 'TICKET-1' });
    expect(await remove('B-1')).toBe(204);
    expect((await scan('TICKET-1')).result).toMatchObject({ reason: 'superseded_badge', detail: DELETED });
    await load({ ...bob, code: 'TICKET-1' });
    expect((await scan('TICKET-1')).result).toMatchObject({ outcome: 'admitted', badge: { badgeId: 'B-2' } });
  });

  test('one that was scanned stays', async () => {
    const { load, scan, remove, get } = await anEvent();
    const [code = ''] = await load(ada);
    await scan(code);
    expect((await get('B-1'))['scans']).toHaveLength(1);
    expect(await remove('B-1')).toBe(409);
  });
});
