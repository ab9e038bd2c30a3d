import { useState } from 'preact/hooks';
import type { ApiAnswer } from '../../shared/client/api.ts';
import type { SessionPatch } from '../../shared/contract/programme.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import { useLoaded, useOrganizer } from './context.ts';

const PATH = '/v1/events/{event}/sessions/{session}' as const;

/** A session as it was read; several forms change it, each from what the one before has stored. */
export interface EditedSession {
  readonly session: StoredSession;
  readonly etag: ApiAnswer<unknown>['etag'];
  readonly reload: () => void;
}

export const useEditedSession = (sessionId: string): EditedSession | undefined => {
  const { api, event } = useOrganizer();
  const { value, reload } = useLoaded(
    () => api.call(`GET ${PATH}`, { params: { event, session: sessionId } }),
    [event, sessionId],
  );
  return value && { session: value.body, etag: value.etag, reload };
};

/** What came of storing a form. */
export type Said =
  | { readonly kind: 'good'; readonly text: string }
  | { readonly kind: 'bad'; readonly error: unknown };

/** Stores what a form says; a change by somebody else since it was read is refused, not overwritten. */
export const useSessionSave = ({ session, etag, reload }: EditedSession) => {
  const { words, api, event, board } = useOrganizer();
  const [said, setSaid] = useState<Said>();
  /** @returns whether it is stored */
  const save = async (body: SessionPatch): Promise<boolean> => {
    try {
      const params = { event, session: session.sessionId };
      await api.call(`PATCH ${PATH}`, { params, body, ifMatch: etag });
      setSaid({ kind: 'good', text: words.saved });
      await board.refresh();
      return true;
    } catch (error) {
      setSaid({ kind: 'bad', error });
      return false;
    } finally {
      reload();
    }
  };
  return { said, save };
};
