import type { StoredSession } from '../../shared/contract/sessions.ts';
import { cached } from '../../shared/runtime/cached.ts';
import type { EventReader } from '../../shared/store/events.ts';
import type { ProgrammeReader } from '../../shared/store/programme.ts';

/** What the reader has to know of an event. */
export interface PlaceRule {
  readonly onePlaceAtATime: boolean;
  readonly sessions: ReadonlyMap<string, StoredSession>;
}

/** At most 30 s old; `fresh` asks anew, for a session that was just imported. Undefined: no such event. */
export type ReadRule = (event: string, fresh?: boolean) => Promise<PlaceRule | undefined>;

const RULE_MAX_AGE_MS = 30_000;

export const placeRules = (
  events: Pick<EventReader, 'get'>,
  programmes: Pick<ProgrammeReader, 'get'>,
): ReadRule => {
  const load = async (name: string): Promise<PlaceRule | undefined> => {
    const event = await events.get(name);
    if (!event) return undefined;
    const { sessions } = event.onePlaceAtATime ? await programmes.get(event) : { sessions: [] };
    return {
      onePlaceAtATime: event.onePlaceAtATime,
      sessions: new Map(sessions.map((session) => [session.sessionId, session])),
    };
  };
  const remembered = cached(load, { maxAgeMs: RULE_MAX_AGE_MS });
  return (event, fresh = false) => (fresh ? load(event) : remembered(event));
};
