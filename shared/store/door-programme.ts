import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { roomCapacity, sessionRules, shards } from '../contract/session-rules.ts';
import { slug } from '../contract/values.ts';
import { UnknownEventError } from './errors.ts';
import { readEventItem, readProgrammeItems } from './event-items.ts';
import { readable } from './readable.ts';
import { sessionSort } from './registry-keys.ts';

const publicKey = z.object({ kid: z.string(), publicKey: z.string() });
/** Public half of a badge key: base64url of the 32 raw bytes (RFC 8032). */
export type PublicKey = z.infer<typeof publicKey>;

/** What a door knows of an event. */
export const eventRules = {
  event: z.string(),
  timeZone: z.string(),
  publicKeys: z.array(publicKey),
  /** Which written programme is in force; 0 before the first import. */
  programmeVersion: z.int(),
  /** Grows with every change of the programme, by import or by patch. */
  programmeRevision: z.int(),
};
const doorEvent = z.object(eventRules);
export type DoorEvent = z.infer<typeof doorEvent>;

const doorSession = z.object({ ...sessionRules, shards });
export type DoorSession = z.infer<typeof doorSession>;

const doorVenue = z.object({
  venueId: slug,
  timeZone: z.string(),
  rooms: z._default(z.array(z.object({ roomId: slug, capacity: z._default(roomCapacity, null) })), []),
});

export interface DoorProgramme {
  readonly event: DoorEvent;
  readonly venues: readonly z.infer<typeof doorVenue>[];
  readonly sessions: readonly DoorSession[];
  /** Whether there is a session of this id that cannot be read. */
  readonly isUnreadable: (sessionId: string) => boolean;
}

/** Reads of an event and its programme what a scan is decided by, and no title of anything. */
export const doorProgrammes =
  (documents: DynamoDBDocumentClient, table: string) =>
  /**
   * @param known what was read before: where nothing has changed since, one read tells
   * @throws {UnknownEventError}
   */
  async (name: string, known?: DoorProgramme): Promise<DoorProgramme> => {
    const item = await readEventItem(documents, table, name);
    if (!item) throw new UnknownEventError(name);
    const event = doorEvent.parse(item);
    const isKnown =
      known?.event.programmeVersion === event.programmeVersion &&
      known.event.programmeRevision === event.programmeRevision;
    if (isKnown) return { ...known, event };
    const { venues, sessions } = await readProgrammeItems(documents, table, name, event.programmeVersion);
    const read = readable(sessions, (session) => doorSession.parse(session));
    const stored = new Set(sessions.map(({ sk }) => sk));
    for (const { sessionId } of read) stored.delete(sessionSort(sessionId));
    return {
      event,
      venues: readable(venues, (venue) => doorVenue.parse(venue)),
      sessions: read,
      isUnreadable: (sessionId) => stored.has(sessionSort(sessionId)),
    };
  };
export type DoorProgrammes = ReturnType<typeof doorProgrammes>;
