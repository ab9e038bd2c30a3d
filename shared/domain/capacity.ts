import type { StoredSession } from '../contract/sessions.ts';
import type { Programme } from '../store/programme.ts';

/** How many a session holds: admission's own capacity, else its room's; null where neither is known. */
export const capacityOf = (session: StoredSession, { venues }: Programme): number | null =>
  session.admission.capacity ??
  venues
    .find(({ venueId }) => venueId === session.venueId)
    ?.rooms.find(({ roomId }) => roomId === session.roomId)?.capacity ??
  null;
