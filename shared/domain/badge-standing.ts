/** What became of a badge after it was issued. `at` is ms since 1970, UTC. */
export interface StandingChange {
  readonly badgeId: string;
  readonly at: number;
  readonly kind: 'revoked' | 'restored' | 'reissued';
  /** Number of the newest print, from 1. */
  readonly issue: number;
}

export interface Standing {
  readonly revoked: boolean;
  /** From when each later print was valid: by its number, ms. */
  readonly issuedAt: ReadonlyMap<number, number>;
}

const AS_ISSUED: Standing = { revoked: false, issuedAt: new Map() };

/** Applies changes in their order. Applying one again, or some of them, changes nothing. */
export const withChanges = (
  known: ReadonlyMap<string, Standing>,
  changes: readonly StandingChange[],
): ReadonlyMap<string, Standing> => {
  const standings = new Map(known);
  for (const { badgeId, kind, issue, at } of changes) {
    const before = standings.get(badgeId) ?? AS_ISSUED;
    standings.set(
      badgeId,
      kind === 'reissued'
        ? { ...before, issuedAt: new Map([...before.issuedAt, [issue, at]]) }
        : { ...before, revoked: kind === 'revoked' },
    );
  }
  return standings;
};

/** How a print of a badge stands at a time: it is superseded from when a later one was issued. */
export const standingOf = (
  standings: ReadonlyMap<string, Standing>,
  badgeId: string,
  issue: number,
  at: number,
): { readonly revoked: boolean; readonly superseded: boolean } => {
  const { revoked, issuedAt } = standings.get(badgeId) ?? AS_ISSUED;
  return {
    revoked,
    superseded: [...issuedAt].some(([later, since]) => later > issue && since <= at),
  };
};
