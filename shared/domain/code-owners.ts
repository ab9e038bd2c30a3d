/** A badge that had a code of another system, and while it had it. Times are ms since 1970, UTC. */
export interface CodeOwner {
  readonly badgeId: string;
  readonly category: string;
  readonly country: string | null;
  /** Null: nobody knows of a time before. */
  readonly since: number | null;
  /** Null: it has it still. */
  readonly until: number | null;
  /** It gave it up by being deleted. */
  readonly deleted?: boolean | undefined;
}

/**
 * Whose a code was at a time. A scan that is older than every owner is the first one's: devices keep scans, and
 * lists are imported late. After its last owner gave it up, a print that bears it is superseded.
 * @param owners the oldest first; at least one
 */
export const ownerAt = (
  owners: readonly CodeOwner[],
  at: number,
): { readonly owner: CodeOwner; readonly superseded: boolean } | undefined => {
  const owner = owners.findLast(({ since }) => since === null || since <= at) ?? owners[0];
  return owner && { owner, superseded: owner.until !== null && owner.until <= at };
};
