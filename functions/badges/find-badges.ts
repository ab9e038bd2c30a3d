import type { Badge, findBadges as contract } from '../../shared/contract/badges.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { foldName, nameBeginnings } from '../../shared/domain/names.ts';
import type { Cursors } from '../../shared/runtime/cursors.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { assertMay } from '../../shared/runtime/principal.ts';
import { NAME_PREFIX_LETTERS } from '../../shared/store/registry-keys.ts';
import { type BadgeDeps, shown } from './badges.ts';

const tooShort = () => {
  const detail = 'must have at least 3 letters or digits';
  return new Problem('validation', `The query is not valid: search ${detail}`, {
    errors: [{ pointer: '/search', detail }],
  });
};

const byBadgeId = (a: Badge, b: Badge): number => (a.badgeId < b.badgeId ? -1 : 1);

type Deps = Pick<BadgeDeps, 'badges'> & { readonly cursors: Cursors };
type Query = CallOf<typeof contract>['query'];

const isWanted =
  ({ category: wanted }: Query) =>
  ({ category }: { readonly category: string }): boolean =>
    wanted === undefined || category === wanted;

const all = async ({ badges, cursors }: Deps, event: string, query: Query): Promise<Answer> => {
  const { items, ...next } = await cursors.page(['badges', event], query.cursor, (after) =>
    badges.list(event, { limit: query.limit, after, keep: isWanted(query) }),
  );
  const found = await badges.getAll(
    event,
    items.map(({ badgeId }) => badgeId),
  );
  return { status: 200, body: { items: [...found.values()].map(shown).sort(byBadgeId), ...next } };
};

const named = async (
  { badges, cursors }: Deps,
  event: string,
  search: string,
  query: Query,
): Promise<Answer> => {
  if ([...search].length < NAME_PREFIX_LETTERS) throw tooShort();
  const { items, ...next } = await cursors.page(['badges by name', event, search], query.cursor, (after) =>
    badges.findNames(event, search, { limit: query.limit, after }),
  );
  const badgeIds = [...new Set(items)];
  const found = await badges.getAll(event, badgeIds);
  // In the order of the names; a badge renamed a moment ago may still be filed under its old one.
  const fitting = badgeIds.flatMap((badgeId) => {
    const badge = found.get(badgeId);
    const isNamed = badge && nameBeginnings(badge.name).some((name) => name.startsWith(search));
    return badge && isNamed && isWanted(query)(badge) ? [shown(badge)] : [];
  });
  return { status: 200, body: { items: fitting, ...next } };
};

/** Badges by the beginning of a name, or of a later word of it; to organizers all of them. */
export const findBadges =
  (deps: Deps) =>
  async ({ params: { event }, query, principal }: CallOf<typeof contract>): Promise<Answer> => {
    if (query.search !== undefined) return named(deps, event, foldName(query.search), query);
    assertMay(principal, ['organizer'], event);
    return all(deps, event, query);
  };
