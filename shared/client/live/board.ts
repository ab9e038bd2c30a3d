import { type CountField, type CountsMessage, countFields } from '../../contract/live.ts';

/** The counts of a session, over all of its shards. */
export type LiveCounts = Readonly<Record<CountField, number>>;

/** The counts of one (session, shard) at one version, from a message or from a snapshot. */
export type CountsPart = Pick<CountsMessage, 'sessionId' | 'shard' | 'version'> & LiveCounts;

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);

const partOf = (sessionId: unknown, fields: Fields): CountsPart[] => {
  const { shard, version, inside, attended, entries, exits, refused } = {
    shard: fields['shard'],
    version: fields['version'],
    inside: fields['inside'],
    attended: fields['attended'],
    entries: fields['entries'],
    exits: fields['exits'],
    refused: fields['refused'],
  };
  if (typeof sessionId !== 'string' || !isCount(shard) || !isCount(version)) return [];
  if (!isCount(inside) || !isCount(attended) || !isCount(entries) || !isCount(exits) || !isCount(refused))
    return [];
  return [{ sessionId, shard, version, inside, attended, entries, exits, refused }];
};

/** The parts that a pushed event holds; what is of another type is left to clients that know it. */
export const partsOfEvent = (event: unknown): CountsPart[] =>
  listOf(event).flatMap((message) =>
    isRecord(message) && message['type'] === 'counts.v1' ? partOf(message['sessionId'], message) : [],
  );

/** The parts that an answer of `GET …/attendance` holds. */
export const partsOfSnapshot = (answer: unknown): CountsPart[] =>
  listOf(isRecord(answer) ? answer['sessions'] : undefined).flatMap((session) =>
    isRecord(session)
      ? listOf(session['counters']).flatMap((part) =>
          isRecord(part) ? partOf(session['sessionId'], part) : [],
        )
      : [],
  );

/**
 * The newest counts of every session. Parts may come twice, out of order or not at all: the highest version of
 * each (session, shard) counts.
 */
export const countsBoard = () => {
  const sessions = new Map<string, Map<number, CountsPart>>();

  const countsOf = (sessionId: string): LiveCounts => {
    const sum = { inside: 0, attended: 0, entries: 0, exits: 0, refused: 0 };
    for (const part of sessions.get(sessionId)?.values() ?? []) {
      for (const field of countFields) sum[field] += part[field];
    }
    return sum;
  };

  return {
    countsOf,
    sessions: (): readonly string[] => [...sessions.keys()],

    /** Takes parts in. @returns the sessions that have something newer now */
    take: (parts: readonly CountsPart[]): ReadonlySet<string> => {
      const changed = new Set<string>();
      for (const part of parts) {
        const shards = sessions.get(part.sessionId) ?? new Map<number, CountsPart>();
        sessions.set(part.sessionId, shards);
        const known = shards.get(part.shard);
        if (known && known.version >= part.version) continue;
        shards.set(part.shard, part);
        changed.add(part.sessionId);
      }
      return changed;
    },
  };
};
