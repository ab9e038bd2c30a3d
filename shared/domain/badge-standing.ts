/** What became of a badge after it was issued. `at` is ms since 1970, UTC. */
export interface StandingChange {
  readonly badgeId: string;
  readonly at: number;
  readonly kind: 'revoked' | 'restored' | 'reissued';
  /** Number of the newest print, from 1. */
  readonly issue: number;
  /** No such print was made: the badge was deleted. */
  readonly deleted?: boolean | undefined;
}

export interface Standing {
  /** When it was revoked (true) and when that was taken back (false), by ms. */
  readonly revokedAt: ReadonlyMap<number, boolean>;
  /** From when each later print was valid: by its number, ms. */
  readonly issuedAt: ReadonlyMap<number, number>;
  /** Those of them that were not made, because the badge was deleted. */
  readonly deletions: ReadonlySet<number>;
}

const AS_ISSUED: Standing = { revokedAt: new Map(), issuedAt: new Map(), deletions: new Set() };

/** Applies changes in their order. Applying one again, or some of them, changes nothing. */
export const withChanges = (
  known: ReadonlyMap<string, Standing>,
  changes: readonly StandingChange[],
): ReadonlyMap<string, Standing> => {
  const standings = new Map(known);
  for (const { badgeId, kind, issue, at, deleted } of changes) {
    const before = standings.get(badgeId) ?? AS_ISSUED;
    standings.set(
      badgeId,
      kind === 'reissued'
        ? {
            ...before,
            issuedAt: new Map([...before.issuedAt, [issue, at]]),
            deletions: deleted ? new Set([...before.deletions, issue]) : before.deletions,
          }
        : { ...before, revokedAt: new Map([...before.revokedAt, [at, kind === 'revoked']]) },
    );
  }
  return standings;
};

/** Whether a badge is revoked at a time, ms; without one: after all that is known. */
export const isRevoked = (standing: Standing | undefined, at = Number.POSITIVE_INFINITY): boolean => {
  let last = Number.NEGATIVE_INFINITY;
  let revoked = false;
  for (const [since, kind] of standing?.revokedAt ?? []) {
    if (since > at || since < last) continue;
    last = since;
    revoked = kind;
  }
  return revoked;
};

/** How a print of a badge stands at a time: it is superseded from when a later one was issued. */
export const standingOf = (
  standings: ReadonlyMap<string, Standing>,
  badgeId: string,
  issue: number,
  at: number,
): { readonly revoked: boolean; readonly superseded: boolean; readonly deleted: boolean } => {
  const standing = standings.get(badgeId) ?? AS_ISSUED;
  const later = [...standing.issuedAt].filter(([number, since]) => number > issue && since <= at);
  return {
    revoked: isRevoked(standing, at),
    superseded: later.length > 0,
    deleted: later.some(([number]) => standing.deletions.has(number)),
  };
};
