import { describe, expect, it } from 'vitest';
import {
  type BadgeReading,
  type Door,
  decide,
  type IncomingScan,
  type Question,
  type SessionRules,
  standingReason,
} from '../../shared/domain/admission.ts';
import { clockCorrection, recordedTime } from '../../shared/domain/clock.ts';
import { guess } from '../../shared/domain/guess.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { shardOf, shardsFor } from '../../shared/domain/shard.ts';

const NOW = Date.UTC(2023, 6, 4, 11, 30);
const MINUTE = 60_000;

const aDoor = (more: Partial<Door> = {}): Door => ({
  deviceId: 'd-1',
  role: 'scanner',
  sessions: null,
  ...more,
});
const aBadge = (more: object = {}): BadgeReading => ({
  kind: 'known',
  badgeId: 'B-1',
  category: 'delegate',
  country: null,
  name: null,
  revoked: false,
  superseded: false,
  ...more,
});
const aSession = ({
  cancelled = false,
  ...admission
}: Partial<SessionRules['admission']> & { cancelled?: boolean } = {}): SessionRules => ({
  cancelled,
  admission: {
    categories: null,
    reentry: 'after-exit',
    opensAt: null,
    closesAt: null,
    capacity: null,
    capacityMode: 'advisory',
    ...admission,
  },
});
let made = 0;
const aScan = (more: Partial<IncomingScan> = {}): IncomingScan => {
  made += 1;
  return {
    scanId: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    sessionId: 'main-forum',
    direction: 'entry',
    scannedAt: NOW + made,
    admittedOffline: false,
    ...more,
  };
};
const aQuestion = (more: Partial<Question> = {}): Question => ({
  scan: aScan(),
  door: aDoor(),
  standing: () => null,
  reentry: 'after-exit',
  full: false,
  now: NOW + MINUTE,
  correctionMs: 0,
  earliest: null,
  ...more,
});
const recordOf = (...questions: Question[]): AttendanceRecord | undefined => {
  let record: AttendanceRecord | undefined;
  for (const question of questions) {
    const decision = decide(record, question);
    record = {
      badgeId: 'B-1',
      category: 'delegate',
      country: null,
      scans: [...(record?.scans ?? []), decision.scan],
      changes: (record?.changes ?? 0) + 1,
    };
  }
  return record;
};

describe('a standing rule', () => {
  const judged = { direction: 'entry', sessionId: 'main-forum', scannedAt: NOW } as const;
  const everyFault = aSession({
    cancelled: true,
    opensAt: new Date(NOW + MINUTE).toISOString(),
    closesAt: new Date(NOW - MINUTE).toISOString(),
    categories: ['vip'],
  });
  const elsewhere = aDoor({ sessions: ['opening-ceremony'] });

  it.each([
    ['unknown_session', elsewhere, undefined, { kind: 'unknown' } as const],
    ['device_out_of_scope', elsewhere, everyFault, { kind: 'unknown' } as const],
    ['unknown_badge', aDoor(), everyFault, { kind: 'unknown' } as const],
    ['forged_badge', aDoor(), everyFault, { kind: 'forged' } as const],
    ['wrong_event', aDoor(), everyFault, { kind: 'other-event', event: 'other' } as const],
    ['revoked_badge', aDoor(), everyFault, aBadge({ revoked: true })],
    ['session_cancelled', aDoor(), everyFault, aBadge()],
    [
      'too_early',
      aDoor(),
      aSession({ opensAt: new Date(NOW + 1).toISOString(), categories: ['vip'] }),
      aBadge(),
    ],
    [
      'too_late',
      aDoor(),
      aSession({ closesAt: new Date(NOW - 1).toISOString(), categories: ['vip'] }),
      aBadge(),
    ],
    ['not_entitled', aDoor(), aSession({ categories: ['vip'] }), aBadge()],
    [
      null,
      aDoor(),
      aSession({ opensAt: new Date(NOW).toISOString(), closesAt: new Date(NOW).toISOString() }),
      aBadge(),
    ],
  ])('answers the first reason that applies: %s', (reason, door, session, badge) => {
    expect(standingReason(judged, door, session, badge)).toBe(reason);
  });

  it('never keeps anyone from leaving', () => {
    expect(standingReason({ ...judged, direction: 'exit' }, aDoor(), everyFault, aBadge())).toBeNull();
  });
});

describe('a live entry', () => {
  it.each([
    ['after-exit', 'already_inside'],
    ['never', 'already_inside'],
    ['always', null],
  ] as const)('while inside, with re-entry %s: %s', (reentry, refused) => {
    const record = recordOf(aQuestion({ reentry }));
    expect(decide(record, aQuestion({ reentry })).scan.refused).toBe(refused);
  });

  it.each([
    ['after-exit', null],
    ['never', 'already_admitted'],
    ['always', null],
  ] as const)('after an exit, with re-entry %s: %s', (reentry, refused) => {
    const record = recordOf(
      aQuestion({ reentry }),
      aQuestion({ reentry, scan: aScan({ direction: 'exit' }) }),
    );
    expect(decide(record, aQuestion({ reentry })).scan.refused).toBe(refused);
  });

  it('is refused as session_full only when nothing earlier refuses it', () => {
    expect(decide(undefined, aQuestion({ full: true })).scan.refused).toBe('session_full');
    expect(decide(recordOf(aQuestion()), aQuestion({ full: true })).scan.refused).toBe('already_inside');
  });

  it('with a clock far ahead is recorded at the server’s time, and the skew is kept', () => {
    expect(recordedTime(NOW + 3 * MINUTE, NOW)).toEqual({ scannedAt: NOW, skewMs: 3 * MINUTE });
    expect(recordedTime(NOW + 2 * MINUTE, NOW)).toEqual({ scannedAt: NOW + 2 * MINUTE });
  });

  it.each([
    ['2100-12-31T00:00:00Z', '2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z'],
    ['2100-12-31T00:00:00Z', '2090-06-01T00:00:00Z', '2012-12-03T11:30:00Z'],
    ['1970-01-01T00:00:00Z', '2099-06-01T00:00:00Z', new Date(NOW).toISOString()],
  ])('sent at %s by the device is not recorded before there were scans', (sentAt, scannedAt, recorded) => {
    const correction = clockCorrection(Date.parse(sentAt), NOW);
    expect(recordedTime(Date.parse(scannedAt), NOW, correction).scannedAt).toBe(Date.parse(recorded));
  });
});

describe('an exit', () => {
  it('without an entry is accepted and says so', () => {
    expect(decide(undefined, aQuestion({ scan: aScan({ direction: 'exit' }) })).scan).toMatchObject({
      refused: null,
      conflict: 'not_inside',
    });
  });
});

describe('what a device decided offline', () => {
  const offline = (more: Partial<IncomingScan> = {}) => aScan({ admittedOffline: true, ...more });

  it('is recorded with the reason that would have refused it', () => {
    expect(decide(undefined, aQuestion({ scan: offline(), standing: () => 'too_late' })).scan).toMatchObject({
      refused: null,
      conflict: 'too_late',
    });
    expect(decide(recordOf(aQuestion()), aQuestion({ scan: offline() })).scan.conflict).toBe(
      'already_inside',
    );
  });

  it('contradicts a newer entry at another door', () => {
    const record = recordOf(aQuestion());
    expect(decide(record, aQuestion({ scan: offline({ scannedAt: NOW - MINUTE }) })).scan.conflict).toBe(
      'already_inside',
    );
  });

  it('replaces the refusal that the device never heard', () => {
    const refused = aScan();
    const record = recordOf(aQuestion(), aQuestion({ scan: refused }));
    const decision = decide(record, aQuestion({ scan: { ...refused, admittedOffline: true } }));
    expect(decision).toMatchObject({
      kind: 'record',
      scan: { refused: null, conflict: 'already_inside', admittedOffline: true },
    });
  });
});

describe('an override', () => {
  it('counts for a supervisor only', () => {
    const scan = aScan({ override: { reason: 'escorted by protocol' } });
    const standing = () => 'revoked_badge' as const;
    expect(decide(undefined, aQuestion({ scan, standing })).scan.refused).toBe('revoked_badge');
    expect(
      decide(undefined, aQuestion({ scan, standing, door: aDoor({ role: 'supervisor' }) })).scan,
    ).toMatchObject({
      refused: null,
      conflict: 'revoked_badge',
      override: 'escorted by protocol',
    });
  });
});

describe('the guess that is written without a read', () => {
  it.each([
    [aQuestion(), 'outside'],
    [aQuestion({ reentry: 'never' }), 'never-admitted'],
    [aQuestion({ reentry: 'always' }), 'anything'],
    [aQuestion({ scan: aScan({ direction: 'exit' }) }), 'inside'],
    [aQuestion({ standing: () => 'too_early' }), 'unseen'],
  ])('is conditional on the state in which it is right (%#)', (question, expected) => {
    expect(guess(question).expected).toBe(expected);
  });
});

describe('shards of a session', () => {
  it.each([
    [null, 16],
    [1, 1],
    [2000, 1],
    [2001, 2],
    [5000, 4],
    [1_000_000, 64],
  ])('for a capacity of %s: %s', (capacity, shards) => {
    expect(shardsFor(capacity)).toBe(shards);
  });

  it('are chosen by a hash that never changes, or stored records would be lost', () => {
    expect(
      ['B-000001', 'B-000002', 'B-000003', 'é'].map((badgeId) => shardOf(badgeId, 64)),
    ).toMatchInlineSnapshot(`
      [
        11,
        30,
        49,
        1,
      ]
    `);
  });
});
