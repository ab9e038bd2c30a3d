import * as z from 'zod';
import type { Fetch } from '../../shared/client/api.ts';
import { decide, standingReason } from '../../shared/domain/admission.ts';
import { foldAttendance } from '../../shared/domain/attendance.ts';
import { webCodeHash } from '../../shared/domain/badge-verifier.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { outcomeOf } from '../../shared/domain/scan-facts.ts';

/** What becomes of a request. `hangs`: it arrives, and the answer never comes. */
export type Network = 'up' | 'down' | 'request-lost' | 'answer-lost' | 'hangs';

const checkIns = z.object({
  scans: z.array(
    z.object({
      scanId: z.string(),
      sessionId: z.string(),
      badge: z.string(),
      direction: z.enum(['entry', 'exit']),
      scannedAt: z.string(),
      admittedOffline: z.boolean().default(false),
    }),
  ),
});
const annul = z.object({ scanId: z.string(), badgeId: z.string(), reason: z.string() });

const session = {
  sessionId: 'forum',
  venueId: 'hall',
  cancelled: false,
  admission: {
    categories: null,
    reentry: 'after-exit' as const,
    opensAt: null,
    closesAt: null,
    capacity: null,
    capacityMode: 'advisory' as const,
  },
};
const deviceId = 'D1';
const door = { deviceId, role: 'supervisor' as const, sessions: null };

/** The rules of the server's door over a network that fails: what is admitted there is in `records`. */
export const offlineServer = (clock: () => number) => {
  const records = new Map<string, AttendanceRecord>();
  let network: Network = 'up';

  const checkIn = (scan: z.infer<typeof checkIns>['scans'][number]) => {
    const known = records.get(scan.badge);
    const incoming = { ...scan, scannedAt: Date.parse(scan.scannedAt) };
    const badge = {
      kind: 'known' as const,
      badgeId: scan.badge,
      category: 'delegate',
      country: null,
      name: 'Ada Lovelace',
      revoked: false,
      superseded: false,
    };
    const decision = decide(known, {
      scan: incoming,
      door,
      standing: (scannedAt) => standingReason({ ...incoming, scannedAt }, door, session, badge),
      reentry: 'after-exit',
      full: false,
      now: clock(),
      correctionMs: 0,
      earliest: null,
    });
    const others = (known?.scans ?? []).filter(({ scanId }) => scanId !== scan.scanId);
    const record: AttendanceRecord = {
      badgeId: scan.badge,
      category: 'delegate',
      country: null,
      scans: [...others, decision.scan],
      changes: 1,
    };
    records.set(scan.badge, record);
    const fold = foldAttendance(record.scans);
    const time = (ms: number | null | undefined) => (ms ? new Date(ms).toISOString() : null);
    return {
      scanId: scan.scanId,
      outcome: outcomeOf(decision.scan),
      reason: decision.scan.refused,
      conflict: decision.scan.conflict,
      detail: 'as the server says',
      replayed: decision.kind === 'replay',
      badge: { badgeId: scan.badge, category: 'delegate', country: null, name: 'Ada Lovelace' },
      attendance: {
        inside: fold.inside,
        entries: fold.entries,
        firstEntryAt: time(fold.firstEntryAt),
        lastScanAt: time(fold.last?.scannedAt),
      },
      previous: null,
      occupancy: { inside: inside(), capacity: null },
    };
  };

  const inside = (): number =>
    [...records.values()].filter(({ scans }) => foldAttendance(scans).inside).length;

  const takeBack = ({ scanId, badgeId, reason }: z.infer<typeof annul>) => {
    const record = records.get(badgeId);
    if (!record?.scans.some((scan) => scan.scanId === scanId)) return undefined;
    const annulled = { at: clock(), deviceId, reason };
    records.set(badgeId, {
      ...record,
      scans: record.scans.map((scan) => (scan.scanId === scanId ? { ...scan, annulled } : scan)),
    });
    return { scanId, annulled: true, attendance: null };
  };

  const answer = (url: string, body: unknown): { status: number; body: unknown } => {
    if (url.endsWith('/annul')) {
      const taken = takeBack(annul.parse(body));
      return taken ? { status: 200, body: taken } : { status: 404, body: { title: 'There is no such scan' } };
    }
    if (url.endsWith('/check-ins'))
      return { status: 200, body: { results: checkIns.parse(body).scans.map(checkIn) } };
    return { status: 200, body: knowledge };
  };

  const fetch: Fetch = async (url, { body }) => {
    if (network === 'down' || network === 'request-lost') throw new TypeError('fetch failed');
    const { status, body: answered } = answer(url, body === undefined ? undefined : JSON.parse(body));
    if (network === 'answer-lost') throw new TypeError('terminated');
    if (network === 'hangs') return new Promise(() => {});
    const headers = new Headers({ 'content-type': 'application/json' });
    return { status, headers, text: async () => JSON.stringify(answered) };
  };

  return {
    fetch,
    records,
    /** A scan at another door, which has its own network. */
    scanElsewhere: (badge: string, direction: 'entry' | 'exit'): string => {
      const scanId = crypto.randomUUID();
      const scannedAt = new Date(clock()).toISOString();
      checkIn({ scanId, sessionId: session.sessionId, badge, direction, scannedAt, admittedOffline: false });
      return scanId;
    },
    inside,
    setNetwork: (next: Network) => {
      network = next;
    },
  };
};

/** As `GET …/scanner` answers it, with codes of another system. */
export const knowledgeOf = async (codes: readonly string[]) => ({
  ...knowledge,
  importedCodes: {
    items: await Promise.all(
      codes.map(async (code) => ({
        hash: await webCodeHash(code),
        badgeId: code,
        category: 'delegate' as const,
        country: null,
      })),
    ),
  },
});

const knowledge = {
  event: 'own',
  device: door,
  languages: ['en'],
  venues: [{ venueId: 'hall', title: 'Hall', city: null, timeZone: 'Asia/Shanghai', rooms: [] }],
  sessions: [
    {
      ...session,
      title: { en: 'Forum' },
      kind: 'forum' as const,
      roomId: null,
      startsAt: '2023-07-04T01:00:00.000Z',
      endsAt: '2023-07-04T09:00:00.000Z',
      topics: [],
      graceMinutes: 30,
      shards: 1,
      version: 1,
    },
  ],
  publicKeys: [],
  revokedBadges: [],
  reissuedBadges: [],
};
