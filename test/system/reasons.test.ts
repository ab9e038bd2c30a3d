import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ScanResult, scanResult } from '../../shared/contract/check-ins.ts';
import { type RefusalReason, refusalReasons } from '../../shared/domain/scan.ts';
import { type OwnDevice, ownEvent } from '../support/own-event.ts';
import { ask, present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const answer = z.object({ results: z.array(scanResult) });
const HOUR = 3_600_000;

const EVENT = 'doors-2023';
const iso = (ms: number) => new Date(ms).toISOString();

const sessions = [
  { sessionId: 'open' },
  { sessionId: 'cancelled', cancelled: true },
  { sessionId: 'later', admission: { opensAt: iso(Date.now() + HOUR) } },
  { sessionId: 'over', admission: { closesAt: iso(Date.now() - HOUR) } },
  { sessionId: 'vip-only', admission: { categories: ['vip', 'press'] } },
  { sessionId: 'once', admission: { reentry: 'never' } },
  { sessionId: 'small', admission: { capacity: 1, capacityMode: 'enforced' } },
];

interface Shown {
  readonly result: ScanResult;
  readonly chinese: string;
}

/** What a replay must repeat: all but the language, the mark of a replay and how full the room is by now. */
const settled = (result: ScanResult) => ({ ...result, detail: '', replayed: false, occupancy: null });

describe('a volunteer who has to turn someone away', () => {
  let system: TestTurnout;
  let own: Awaited<ReturnType<typeof ownEvent>>;
  let door: OwnDevice;
  let scoped: OwnDevice;
  let codes: Record<'guest' | 'returning' | 'leaver' | 'seated' | 'revoked' | 'lost', string>;
  const table: string[][] = [];

  beforeAll(async () => {
    system = await startTestTurnout();
    own = await ownEvent(system, EVENT, sessions);
    const [guest = '', returning = '', leaver = '', seated = '', revoked = '', lost = ''] = await own.issue(
      [1, 2, 3, 4, 5, 6].map((number) => ({
        badgeId: `B-00000${number}`,
        category: 'delegate',
        country: 'SG',
      })),
    );
    codes = { guest, returning, leaver, seated, revoked, lost };
    await own.organizer('POST', '/badges/B-000005/revoke', {});
    await own.organizer('POST', '/badges/B-000006/reissue', { reason: 'lost' });
    door = await own.pair('Door 3');
    scoped = await own.pair('Door 4', 'scanner', ['open']);
    await scan({ badge: returning });
    await scan({ badge: leaver, sessionId: 'once' });
    await scan({ badge: leaver, sessionId: 'once', direction: 'exit' });
    await scan({ badge: seated, sessionId: 'small' });
  });
  afterAll(async () => {
    const widths = [0, 1].map((column) => Math.max(...table.map((row) => present(row[column]).length)));
    console.log(
      table
        .map(([reason = '', english = '', chinese = '']) =>
          [reason.padEnd(widths[0] ?? 0), english.padEnd(widths[1] ?? 0), chinese].join('  '),
        )
        .join('\n'),
    );
    await system?.stop();
  });

  const scan = async (
    { token = door.token, ...more }: Record<string, unknown> & { token?: string },
    language = 'en',
  ): Promise<ScanResult> => {
    const body = {
      scans: [{ scanId: crypto.randomUUID(), sessionId: 'open', scannedAt: iso(Date.now()), ...more }],
    };
    const response = await ask(system.credentials, 'POST', `/events/${EVENT}/check-ins`, {
      token,
      body,
      headers: { 'accept-language': language },
    });
    expect(response.status, response.text).toBe(200);
    return present(response.json(answer).results[0]);
  };

  /** One scan, told in both languages: the second time it is a replay. */
  const show = async (more: Record<string, unknown>): Promise<Shown> => {
    const same = { scanId: crypto.randomUUID(), scannedAt: iso(Date.now()), ...more };
    const result = await scan(same);
    const again = await scan(same, 'zh-CN,zh;q=0.9');
    expect(settled(again)).toEqual(settled(result));
    return { result, chinese: again.detail };
  };

  const flipped = (code: string) => {
    const at = code.lastIndexOf('.') + 8;
    return `${code.slice(0, at)}${code[at] === 'A' ? 'B' : 'A'}${code.slice(at + 1)}`;
  };

  const cases: Record<RefusalReason, { make: () => Record<string, unknown>; says: RegExp }> = {
    unknown_session: {
      make: () => ({ badge: codes.guest, sessionId: 'no-such-session' }),
      says: /^This session does not exist here\. Choose the session again$/,
    },
    device_out_of_scope: {
      make: () => ({ badge: codes.guest, sessionId: 'small', token: scoped.token }),
      says: /^This device is not set up for this door\. Ask a supervisor$/,
    },
    unknown_badge: {
      make: () => ({ badge: 'LEGACY-4711' }),
      says: /^This badge is not known here\. Send the person to the help desk$/,
    },
    forged_badge: {
      make: () => ({ badge: flipped(codes.guest) }),
      says: /^This badge was not issued by us\. Call a supervisor$/,
    },
    wrong_event: {
      make: () => ({ badge: present(system.badges[0]).code }),
      says: /^This badge belongs to another event \(gdec-2023\)$/,
    },
    revoked_badge: {
      make: () => ({ badge: codes.revoked }),
      says: /^This badge has been revoked\. Send the person to the help desk$/,
    },
    superseded_badge: {
      make: () => ({ badge: codes.lost }),
      says: /^A newer badge was printed for this person\. Ask for the new one$/,
    },
    session_cancelled: {
      make: () => ({ badge: codes.guest, sessionId: 'cancelled' }),
      says: /^This session has been cancelled$/,
    },
    too_early: {
      make: () => ({ badge: codes.guest, sessionId: 'later' }),
      says: /^Too early: doors open at \d\d:\d\d$/,
    },
    too_late: {
      make: () => ({ badge: codes.guest, sessionId: 'over' }),
      says: /^Too late: admission ended at \d\d:\d\d$/,
    },
    not_entitled: {
      make: () => ({ badge: codes.guest, sessionId: 'vip-only' }),
      says: /^Not for this kind of badge: only vip, press$/,
    },
    already_inside: {
      make: () => ({ badge: codes.returning }),
      says: /^Already inside since \d\d:\d\d, Door 3$/,
    },
    already_admitted: {
      make: () => ({ badge: codes.leaver, sessionId: 'once' }),
      says: /^Already admitted once, last seen \d\d:\d\d, Door 3$/,
    },
    session_full: {
      make: () => ({ badge: codes.guest, sessionId: 'small' }),
      says: /^The room is full \(1\)\. Wait until someone leaves$/,
    },
  };

  it.each(refusalReasons)('hears why, for %s, in a sentence to read aloud', async (reason) => {
    const { make, says } = cases[reason];
    const { result, chinese } = await show(make());
    expect(result).toMatchObject({ outcome: 'refused', reason, conflict: null, replayed: false });
    expect(result.detail).toMatch(says);
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(result.previous !== null).toBe(reason === 'already_inside' || reason === 'already_admitted');
    table.push([reason, result.detail, chinese]);
  });

  it('is followed by whoever counts how many were turned away, and why', async () => {
    const params = { event: EVENT };
    const counted = async () => {
      const { body } = await own.client.call('GET /v1/events/{event}/attendance', { params });
      const reasons: Record<string, number> = {};
      for (const { refusedByReason, refused } of body.sessions) {
        const amounts = Object.entries(refusedByReason);
        expect(amounts.reduce((total, [, amount]) => total + amount, 0)).toBe(refused);
        for (const [reason, amount] of amounts) reasons[reason] = (reasons[reason] ?? 0) + amount;
      }
      return reasons;
    };
    // A refusal at a session that does not exist belongs to no count.
    const expected = refusalReasons.filter((reason) => reason !== 'unknown_session');
    await expect.poll(counted).toEqual(Object.fromEntries(expected.map((reason) => [reason, 1])));
  });

  it('hears the name of a door that was paired a moment ago', async () => {
    const [late = ''] = await own.issue([{ badgeId: 'B-000007', category: 'delegate', country: 'SG' }]);
    const { token } = await own.pair('Stage door');
    expect(await scan({ token, badge: late, sessionId: 'once' })).toMatchObject({ outcome: 'admitted' });
    await expect
      .poll(async () => (await scan({ badge: late, sessionId: 'once' })).detail, { timeout: 5000 })
      .toMatch(/^Already inside since \d\d:\d\d, Stage door$/);
  });
});
