import { Problem } from '../../shared/contract/problem.ts';
import type { SessionPatch } from '../../shared/contract/programme.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { assertIfMatch, stale, versionTag } from '../../shared/runtime/etag.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { ReadPage } from '../../shared/store/attendance/pages.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { changeSession, sessionFaults } from './merge.ts';
import type { ProgrammeDeps } from './programme.ts';
import { warningsOf } from './warnings.ts';
import { titleIn, unknownWords } from './words.ts';

interface SessionCall {
  readonly params: { readonly event: string; readonly session: string };
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Other sessions' changes move the same revision; that is no reason to refuse this one. */
const MAX_TRIES = 5;

const answer = (session: StoredSession, more: object = {}): Answer => ({
  status: 200,
  body: { ...session, ...more },
  headers: { etag: versionTag(session.version) },
});

export interface SessionDeps extends ProgrammeDeps {
  readonly readPage: ReadPage;
}

export const sessionCommands = ({ events, programmes, readPage, followGates, offerNotices }: SessionDeps) => {
  const read = async ({ params }: SessionCall): Promise<{ event: EventRecord; session: StoredSession }> => {
    const event = await events.existing(params.event);
    const session = await programmes.getSession(event, params.session);
    if (!session) throw new Problem('not-found', `${params.event} has no session ${params.session}`);
    return { event, session };
  };

  const wasScannedAt = async (event: string, { sessionId, shards }: StoredSession): Promise<boolean> => {
    for (let shard = 0; shard < shards; shard += 1) {
      const { records, next } = await readPage(event, sessionId, shard, { limit: 1 });
      if (records.length > 0 || next !== undefined) return true;
    }
    return false;
  };

  return {
    /** Only where nobody was: what happened stays findable. */
    remove: async (call: SessionCall): Promise<Answer> => {
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        const { event, session } = await read(call);
        assertIfMatch(call.headers, versionTag(session.version));
        if (await wasScannedAt(event.event, session)) {
          throw new Problem(
            'conflict',
            `${session.sessionId} has scans: cancel it instead (cancelled: true)`,
          );
        }
        if ((await programmes.remove(event, session.sessionId)) === 'done') return { status: 204 };
      }
      throw stale(versionTag((await read(call)).session.version));
    },

    get: async (call: SessionCall): Promise<Answer> => answer((await read(call)).session),

    patch: async (call: SessionCall & { body: SessionPatch }): Promise<Answer> => {
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        const { event, session } = await read(call);
        assertIfMatch(call.headers, versionTag(session.version));
        const wrong = unknownWords(call.body, event);
        if (wrong.length > 0) throw new Problem('validation', 'The session is not valid', { errors: wrong });
        const { title, ...rest } = call.body;
        const changes = title === undefined ? rest : { ...rest, title: titleIn(title, event, session.title) };
        const changed = changeSession(session, changes);
        if (changed === session) return answer(session, { warnings: [] });
        const { venues, sessions } = await programmes.get(event);
        const errors = sessionFaults(
          changed,
          new Map(venues.map((venue) => [venue.venueId, venue])),
          new Set(sessions.map(({ sessionId }) => sessionId)),
        );
        if (errors.length > 0) throw new Problem('validation', 'The session is not valid', { errors });
        if ((await programmes.patch(event, changed)) !== 'done') continue;
        await Promise.all([
          followGates(event.event, event.programmeRevision + 1, [session], [changed]),
          offerNotices(event, [session], { venues, sessions: [changed] }),
        ]);
        return answer(changed, { warnings: warningsOf([{ pointer: '', session: changed }], sessions) });
      }
      throw stale(versionTag((await read(call)).session.version));
    },
  };
};
