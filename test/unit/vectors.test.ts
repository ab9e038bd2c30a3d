import { describe, expect, it } from 'vitest';
import { offlineDoor } from '../../shared/client/offline/offline-door.ts';
import { type BadgeReading, decide, standingReason } from '../../shared/domain/admission.ts';
import { parseBadgeCode, verifyBadgeCode } from '../../shared/domain/badge-code.ts';
import { explain } from '../../shared/domain/explain.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { counterpart, factsOf } from '../../shared/domain/scan-facts.ts';
import { badgeVerifier } from '../../shared/runtime/badge-keys.ts';
import { readAdmissionVectors } from '../vectors/admission-vectors.ts';
import { playOffline } from '../vectors/play-offline.ts';

const given = readAdmissionVectors();

/** As the server's door reads a code, with Node's cryptography. */
const readBadge = (text: string, scannedAt: number): BadgeReading => {
  const code = parseBadgeCode(text);
  if (code.kind === 'malformed') return { kind: 'forged' };
  if (code.kind === 'foreign') {
    const badge = given.codesOfOthers[text];
    return badge
      ? { kind: 'known', ...badge, name: null, revoked: false, superseded: false }
      : { kind: 'unknown' };
  }
  const keys = code.event === given.event ? given.publicKeys : (given.otherEvents[code.event] ?? []);
  if (!verifyBadgeCode(code, badgeVerifier(keys))) return { kind: 'forged' };
  if (code.event !== given.event) return { kind: 'other-event', event: code.event };
  const revoked = given.revokedBadges.includes(code.badgeId);
  const superseded = given.reissuedBadges.some(
    ({ badgeId, issue, at }) => badgeId === code.badgeId && issue > code.issue && Date.parse(at) <= scannedAt,
  );
  return { ...code, kind: 'known', name: null, revoked, superseded };
};

describe('a volunteer is told the same by the server and by a device without network', () => {
  it.each(given.vectors.map((vector) => [vector.name, vector] as const))(
    'server: %s',
    (_name, { scan, known, full, expect: wanted, ...own }) => {
      const door = own.device ?? given.device;
      const session = given.sessions.find(({ sessionId }) => sessionId === scan.sessionId);
      const badge = readBadge(given.codes[scan.badge] ?? '', scan.scannedAt);
      const reentry = session?.admission.reentry ?? 'after-exit';
      const record: AttendanceRecord = {
        badgeId: 'B-000001',
        category: 'delegate',
        country: 'SG',
        scans: known,
        changes: known.length,
      };
      const { scan: decided, kind } = decide(known.length > 0 ? record : undefined, {
        scan: { ...scan, admittedOffline: false },
        door,
        standing: (scannedAt) => standingReason({ ...scan, scannedAt }, door, session, badge),
        reentry,
        full,
        now: scan.scannedAt,
        correctionMs: 0,
        earliest: null,
      });
      const after = kind === 'replay' ? record : { ...record, scans: [...known, decided] };
      const previous = counterpart(after, decided);
      const facts = factsOf(decided, { previous, previousDoor: previous?.deviceId ?? null, session, badge });
      expect({
        outcome: facts.outcome,
        reason: decided.refused,
        conflict: decided.conflict,
        detail: {
          en: explain(facts, 'en', 'Asia/Shanghai'),
          zh: explain(facts, 'zh', 'Asia/Shanghai'),
        },
      }).toEqual(wanted);
    },
  );

  it('device: every vector', async () => {
    const decided = await playOffline(given);
    decided.forEach(({ uploads, ...decision }, index) => {
      const vector = given.vectors[index];
      expect({ name: vector?.name, ...decision }).toEqual({ name: vector?.name, ...vector?.expect });
      // What was refused is not sent: the server would decide it anew.
      expect(uploads).toBe(decision.outcome !== 'refused');
    });
    expect(decided).toHaveLength(given.vectors.length);
  });

  it('a door whose name is not known is not called by its id', () => {
    const facts = {
      outcome: 'refused',
      reason: 'already_inside',
      conflict: null,
      previous: { scannedAt: Date.parse('2023-07-04T10:42:00.000Z'), door: null },
      opensAt: null,
      closesAt: null,
      categories: null,
      capacity: null,
      otherEvent: null,
      deleted: false,
    } as const;
    expect(explain(facts, 'en', 'Asia/Shanghai')).toBe('Already inside since 18:42');
    expect(explain(facts, 'zh', 'Asia/Shanghai')).toBe('已在场内，自 18:42');
  });

  it('the vectors name every reason that one scan can be refused for', () => {
    const reasons = new Set(given.vectors.map(({ expect: { reason } }) => reason));
    expect([...reasons].filter((reason) => reason !== null)).toHaveLength(14);
  });
});

it('a device without network tells a badge that was deleted from one that was printed anew', async () => {
  const say = async (deleted: boolean, language: 'en' | 'zh') => {
    const reissuedBadges = [{ badgeId: 'B-000001', issue: 2, at: '2023-07-01T00:00:00.000Z', deleted }];
    const { decide } = offlineDoor({ ...given, reissuedBadges });
    const reading = {
      scanId: crypto.randomUUID(),
      sessionId: given.sessions[0]?.sessionId ?? '',
      badge: given.codes['delegate'] ?? '',
      direction: 'entry' as const,
      scannedAt: Date.parse('2023-07-04T11:30:00.000Z'),
    };
    const { reason, detail } = await decide(reading, { records: new Map() }, language);
    expect(reason).toBe('superseded_badge');
    return detail;
  };
  expect(await say(false, 'en')).toBe('A newer badge was printed for this person. Ask for the new one');
  expect(await say(true, 'en')).toBe('This badge was deleted. Send the person to the help desk');
  expect(await say(true, 'zh')).toBe('此证件已删除，请前往服务台');
});
