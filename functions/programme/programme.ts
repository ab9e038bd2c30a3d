import type { StoredSession } from '../../shared/contract/sessions.ts';
import { isKnown, versionTag } from '../../shared/runtime/etag.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventStore } from '../../shared/store/events.ts';
import type { ProgrammeStore } from '../../shared/store/programme.ts';
import type { FollowGates } from './follow-gates.ts';
import type { OfferNotices } from './offer-notices.ts';

export interface ProgrammeDeps {
  readonly events: Pick<EventStore, 'existing'>;
  readonly programmes: ProgrammeStore;
  readonly followGates: FollowGates;
  readonly offerNotices: OfferNotices;
}

/** How attendance is stored is nobody's business outside. */
const published = ({
  shards: _shards,
  version: _version,
  endMoves: _endMoves,
  source: _source,
  ...session
}: StoredSession) => session;

const byStart = (a: StoredSession, b: StoredSession) =>
  a.startsAt.localeCompare(b.startsAt) || a.sessionId.localeCompare(b.sessionId);

export const getProgramme =
  ({ events, programmes }: Pick<ProgrammeDeps, 'events' | 'programmes'>) =>
  async (call: {
    params: { event: string };
    headers: Readonly<Record<string, string | undefined>>;
  }): Promise<Answer> => {
    const event = await events.existing(call.params.event);
    const etag = versionTag(`${event.programmeVersion}.${event.programmeRevision}`);
    const headers = { etag, 'cache-control': 'public, max-age=15' };
    if (isKnown(call.headers, etag)) return { status: 304, headers };
    const { venues, sessions } = await programmes.get(event);
    return {
      status: 200,
      body: { event: event.event, venues, sessions: sessions.toSorted(byStart).map(published) },
      headers,
    };
  };
