import {
  type BadgeReading,
  type Door,
  decide,
  type SessionRules,
  standingReason,
} from '../../domain/admission.ts';
import { parseBadgeCode, verifyBadgeCode } from '../../domain/badge-code.ts';
import { isRevoked, type StandingChange, standingOf, withChanges } from '../../domain/badge-standing.ts';
import { webBadgeVerifier, webCodeHash } from '../../domain/badge-verifier.ts';
import { type ExplainedLanguage, explain, type Facts } from '../../domain/explain.ts';
import type { AttendanceRecord, ConflictReason, RecordedScan, RefusalReason } from '../../domain/scan.ts';
import { counterpart, factsOf } from '../../domain/scan-facts.ts';

/** What `GET /v1/events/{event}/scanner` answers, as far as a decision needs it. */
export interface ScannerKnowledge {
  readonly event: string;
  readonly device: Door;
  readonly venues: readonly { readonly venueId: string; readonly timeZone: string }[];
  readonly sessions: readonly (SessionRules & { readonly sessionId: string; readonly venueId: string })[];
  readonly publicKeys: readonly { readonly kid: string; readonly publicKey: string }[];
  readonly revokedBadges: readonly string[];
  /** Later prints of badges: from when (RFC 3339) the ones before are superseded. */
  readonly reissuedBadges?: readonly {
    readonly badgeId: string;
    readonly issue: number;
    readonly at: string;
    /** There is no newer print. */
    readonly deleted?: boolean | undefined;
  }[];
  /** Badges by the SHA-256 (base64url) of codes of other systems; all pages of them, put together. */
  readonly importedCodes?: {
    readonly items: readonly {
      readonly hash: string;
      readonly badgeId: string;
      readonly category: string;
      readonly country: string | null;
    }[];
  };
}

/** A badge held before the scanner. `scanId` is a new UUID; `scannedAt` the device's clock, ms since 1970. */
export interface OfflineReading {
  readonly scanId: string;
  readonly sessionId: string;
  /** The printed code. */
  readonly badge: string;
  readonly direction: 'entry' | 'exit';
  readonly scannedAt: number;
  readonly override?: { readonly reason: string } | undefined;
}

/** What the device knows beside its answer of the server. */
export interface OfflineMemory {
  /** Records by `recordName`, of scans that this device decided or heard of. */
  readonly records: ReadonlyMap<string, AttendanceRecord>;
  /** Badges by codes of other systems, as the server named them earlier: those carry no signature to verify. */
  readonly codes?: ReadonlyMap<
    string,
    { readonly badgeId: string; readonly category: string; readonly country: string | null }
  >;
  /** Enforced capacity was used up when the device last heard of it. */
  readonly full?: boolean;
  /** What people call the door of a scan; null where the device doesn't know. */
  readonly doorOf?: (deviceId: string) => string | null;
}

/** A scan as `POST /v1/events/{event}/check-ins` takes it. */
export interface ScanUpload {
  readonly scanId: string;
  readonly sessionId: string;
  readonly badge: string;
  readonly direction: 'entry' | 'exit';
  readonly scannedAt: string;
  readonly admittedOffline: true;
  readonly override?: { readonly reason: string };
}

export interface OfflineDecision {
  readonly outcome: Facts['outcome'];
  readonly reason: RefusalReason | null;
  readonly conflict: ConflictReason | null;
  /** For people, in the language that was asked for. */
  readonly detail: string;
  readonly badge: {
    readonly badgeId: string;
    readonly category: string;
    readonly country: string | null;
  } | null;
  /** The badge's record with this scan in it, to be remembered under `name`; null where the badge is not known. */
  readonly remember: { readonly name: string; readonly record: AttendanceRecord } | null;
  /**
   * To be sent when there is a network again. Null for a refusal: sent as a live scan it would be decided anew, and
   * might admit someone who was turned away.
   */
  readonly upload: ScanUpload | null;
}

export const recordName = (sessionId: string, badgeId: string): string => `${sessionId} ${badgeId}`;

const standingChangesOf = ({ revokedBadges, reissuedBadges = [] }: ScannerKnowledge): StandingChange[] => [
  ...revokedBadges.map((badgeId) => ({ badgeId, kind: 'revoked' as const, issue: 1, at: 0 })),
  ...reissuedBadges.map(({ badgeId, issue, at, deleted }) => ({
    badgeId,
    kind: 'reissued' as const,
    issue,
    at: Date.parse(at),
    deleted,
  })),
];

/** Reads what is printed on badges, by what the device knows of them. */
const badgeReader = (knowledge: ScannerKnowledge) => {
  const verify = webBadgeVerifier(knowledge.publicKeys);
  const standings = withChanges(new Map(), standingChangesOf(knowledge));
  const imported = new Map(knowledge.importedCodes?.items.map((code) => [code.hash, code]));
  return async (text: string, at: number, codes: OfflineMemory['codes']): Promise<BadgeReading> => {
    const code = parseBadgeCode(text);
    switch (code.kind) {
      case 'malformed':
        return { kind: 'forged' };
      case 'foreign': {
        const known = codes?.get(text) ?? imported.get(await webCodeHash(text));
        if (!known) return { kind: 'unknown' };
        const { badgeId, category, country } = known;
        const revoked = isRevoked(standings.get(badgeId), at);
        return { kind: 'known', badgeId, category, country, name: null, revoked, superseded: false };
      }
      case 'signed': {
        // The keys of other events are not here: whether such a code is forged is left to the server.
        if (code.event !== knowledge.event) return { kind: 'other-event', event: code.event };
        if (!(await verifyBadgeCode(code, verify))) return { kind: 'forged' };
        const { badgeId, category, country, issue } = code;
        const standing = standingOf(standings, badgeId, issue, at);
        return { kind: 'known', badgeId, category, country, name: null, ...standing };
      }
    }
  };
};

/** A door that decides alone, by the rules of the server's door. */
export const offlineDoor = (knowledge: ScannerKnowledge) => {
  const sessions = new Map(knowledge.sessions.map((session) => [session.sessionId, session]));
  const zones = new Map(knowledge.venues.map(({ venueId, timeZone }) => [venueId, timeZone]));
  const readBadge = badgeReader(knowledge);

  return {
    decide: async (
      reading: OfflineReading,
      memory: OfflineMemory,
      language: ExplainedLanguage = 'en',
    ): Promise<OfflineDecision> => {
      const door = knowledge.device;
      const session = sessions.get(reading.sessionId);
      const badge = await readBadge(reading.badge, reading.scannedAt, memory.codes);
      const name = badge.kind === 'known' ? recordName(reading.sessionId, badge.badgeId) : null;
      const known = name === null ? undefined : memory.records.get(name);
      const reentry = session?.admission.reentry ?? 'after-exit';
      const decision = decide(known, {
        scan: { ...reading, admittedOffline: false },
        door,
        standing: (scannedAt) => standingReason({ ...reading, scannedAt }, door, session, badge),
        reentry,
        full: memory.full ?? false,
        now: reading.scannedAt,
        correctionMs: 0,
        earliest: null,
      });
      const { scan } = decision;
      const record: AttendanceRecord | undefined =
        decision.kind === 'replay' || badge.kind !== 'known'
          ? known
          : {
              badgeId: badge.badgeId,
              category: badge.category,
              country: badge.country,
              scans: [...(known?.scans ?? []), scan],
              changes: (known?.changes ?? 0) + 1,
            };
      const previous = counterpart(record, scan);
      const previousDoor = (previous && memory.doorOf?.(previous.deviceId)) ?? null;
      const facts = factsOf(scan, { previous, previousDoor, session, badge });
      return {
        outcome: facts.outcome,
        reason: scan.refused,
        conflict: scan.conflict,
        detail: explain(facts, language, zones.get(session?.venueId ?? '') ?? 'UTC'),
        badge:
          badge.kind === 'known'
            ? { badgeId: badge.badgeId, category: badge.category, country: badge.country }
            : null,
        remember: name !== null && record ? { name, record } : null,
        upload: uploadOf(reading, scan),
      };
    },
  };
};

const uploadOf = (reading: OfflineReading, { refused, override }: RecordedScan): ScanUpload | null =>
  refused !== null
    ? null
    : {
        scanId: reading.scanId,
        sessionId: reading.sessionId,
        badge: reading.badge,
        direction: reading.direction,
        scannedAt: new Date(reading.scannedAt).toISOString(),
        admittedOffline: true,
        ...(override !== undefined && { override: { reason: override } }),
      };
