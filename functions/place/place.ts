import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { placeChanges } from '../../shared/domain/place.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AttendanceRecords } from '../../shared/store/attendance/batch.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import { recordKeyOf } from '../../shared/store/attendance/keys.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { PlaceIndex } from '../../shared/store/place-index.ts';
import { type MovedBadge, movedBadges } from './moved-badges.ts';
import type { ReadRule } from './rule.ts';

export interface PlaceDeps {
  readonly rule: ReadRule;
  readonly attendance: Pick<AttendanceStore, 'amend' | 'whole'>;
  readonly records: AttendanceRecords;
  readonly places: PlaceIndex;
}

/** Most times that a badge is looked at anew because its records changed meanwhile. */
const MAX_LOOKS = 30;

/**
 * One place at a time: an entry to one session closes the others of the badge at that time. Acts on what is
 * stored now, not on what the stream record says, so repeated, late and reordered deliveries end the same.
 */
export const place =
  (deps: PlaceDeps) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const badges = movedBadges(Records);
    const failed = new Set<MovedBadge>();
    await forEachOf(badges, async (badge) => {
      try {
        await closePlaces(deps, badge);
      } catch (error) {
        failed.add(badge);
        log.error('closing places failed, it will be tried again', { error: String(error) });
      }
    });
    // In the order of the batch: everything after the first is delivered again, which changes nothing.
    const first = badges.find((badge) => failed.has(badge));
    return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
  };

const closePlaces = async (deps: PlaceDeps, { event, badgeId, sessionIds }: MovedBadge): Promise<void> => {
  let rule = await deps.rule(event);
  if (!rule?.onePlaceAtATime) return;
  const { sessions } = rule;
  if ([...sessionIds].some((id) => !sessions.has(id))) rule = await deps.rule(event, true);
  const places = new Map([...(rule?.sessions ?? [])].filter(([, { kind }]) => kind !== 'entrance'));
  const entered = new Set([...sessionIds].filter((sessionId) => places.has(sessionId)));
  if (entered.size === 0) return;
  const visited = await visitedPlaces(deps, event, badgeId, entered, places);
  const keys = keysOf(event, badgeId, visited, places);
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    if (await writeMissing(deps, await deps.records(keys), places)) return;
  }
  throw new Error('the records of a badge change faster than its places can be closed');
};

const keysOf = (
  event: string,
  badgeId: string,
  sessionIds: Iterable<string>,
  places: ReadonlyMap<string, StoredSession>,
) =>
  [...sessionIds].flatMap((sessionId) => {
    const session = places.get(sessionId);
    return session ? [recordKeyOf(event, session, badgeId)] : [];
  });

/** Where the badge has been. The first time, every place is looked into: the rule may have been set in between. */
const visitedPlaces = async (
  deps: PlaceDeps,
  event: string,
  badgeId: string,
  entered: ReadonlySet<string>,
  places: ReadonlyMap<string, StoredSession>,
): Promise<ReadonlySet<string>> => {
  const known = await deps.places.get(event, badgeId);
  if (known && [...entered].every((sessionId) => known.has(sessionId))) return known;
  const found = known ? [] : await deps.records(keysOf(event, badgeId, places.keys(), places));
  return deps.places.add(event, badgeId, new Set([...entered, ...found.map(({ key }) => key.sessionId)]));
};

/** @returns false when a record was changed by someone else meanwhile */
const writeMissing = async (
  { attendance }: PlaceDeps,
  found: Awaited<ReturnType<AttendanceRecords>>,
  places: ReadonlyMap<string, StoredSession>,
): Promise<boolean> => {
  const records = new Map(found.map((each) => [each.key.sessionId, each]));
  const changes = placeChanges(found.map(({ key, record }) => ({ sessionId: key.sessionId, record })));
  for (const { sessionId, scan } of changes) {
    const known = records.get(sessionId);
    const session = places.get(sessionId);
    if (!known || !session) continue;
    const { key, record } = known;
    const written = await attendance.amend(key, record, scan, record, gateOf(session));
    if (written.kind !== 'stored') return false;
    records.set(sessionId, { key, record: await attendance.whole(key, written.record) });
  }
  return true;
};
