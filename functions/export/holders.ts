import type { Principal } from '../../shared/runtime/principal.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';

/** Who wears a badge, as far as it is known and may be told. */
export interface Holder {
  readonly name: string | null;
  readonly company: string | null;
}

export type HoldersOf = (event: string, badgeIds: readonly string[]) => Promise<(badgeId: string) => Holder>;

const NOBODY: Holder = { name: null, company: null };

/** Names are the organizers' alone (I9): a viewer gets the same lists without them. */
export const holdersFor = (
  { badges }: { readonly badges: Pick<BadgeStore, 'getAll'> },
  principal: Principal,
): HoldersOf => {
  const may = principal.kind === 'user' && principal.roles.includes('organizer');
  return async (event, badgeIds) => {
    if (!may || badgeIds.length === 0) return () => NOBODY;
    const found = await badges.getAll(event, badgeIds);
    return (badgeId) => {
      const { name, company } = found.get(badgeId) ?? NOBODY;
      return { name, company };
    };
  };
};
