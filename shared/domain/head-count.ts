/** How many somebody counted in a room by hand; it stands beside the scans and changes none of them. */
export interface HeadCount {
  readonly count: number;
  /** ms since 1970, UTC. */
  readonly at: number;
  /** Device or person, by id. */
  readonly by: string;
  /** How many were inside by the scans at that moment. */
  readonly inside: number;
}
