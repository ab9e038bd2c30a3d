/** The absolute counts of one (session, shard), as they are pushed. What is newer has the higher version. */
export interface CountsMessage {
  readonly type: 'counts.v1';
  readonly sessionId: string;
  readonly shard: number;
  readonly version: number;
  readonly inside: number;
  readonly attended: number;
  readonly entries: number;
  readonly exits: number;
  readonly refused: number;
  /** When it was counted, RFC 3339 in UTC. */
  readonly at: string;
}

export const countFields = ['inside', 'attended', 'entries', 'exits', 'refused'] as const;
export type CountField = (typeof countFields)[number];

export const SUBPROTOCOL = 'aws-appsync-event-ws';
