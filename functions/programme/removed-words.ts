import type { ProblemPlace } from '../../shared/contract/problem-details.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { EventWords } from './words.ts';

export interface WordUse {
  readonly badgesOf: (event: string, category: string) => Promise<number>;
  readonly sessionsOf: (event: EventRecord) => Promise<readonly StoredSession[]>;
}

type Words = readonly { readonly id: string }[];
const gone = (before: Words, after: Words): string[] =>
  before.map(({ id }) => id).filter((id) => !after.some((word) => word.id === id));

/** Words that the event has no longer although badges and sessions do: they keep them, and nothing new may have them. */
export const removedWords = async (
  { badgesOf, sessionsOf }: WordUse,
  before: EventRecord | undefined,
  after: EventWords,
): Promise<ProblemPlace[]> => {
  if (!before) return [];
  const categories = gone(before.categories, after.categories);
  const kinds = gone(before.kinds, after.kinds);
  if (categories.length + kinds.length === 0) return [];
  const sessions = await sessionsOf(before);
  const places: ProblemPlace[] = [];
  for (const id of categories) {
    const badges = await badgesOf(before.event, id);
    const rules = sessions.filter(({ admission }) => admission.categories?.includes(id)).length;
    if (badges + rules > 0)
      places.push({
        pointer: '/categories',
        detail: `no longer has ${id}: badges that have it (${badges}) and sessions that let it in (${rules}) keep it`,
      });
  }
  for (const id of kinds) {
    const used = sessions.filter(({ kind }) => kind === id).length;
    if (used > 0)
      places.push({
        pointer: '/kinds',
        detail: `no longer has ${id}: sessions of this kind (${used}) keep it`,
      });
  }
  return places;
};
