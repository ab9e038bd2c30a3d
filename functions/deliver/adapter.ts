import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';

/** What an adapter is given to send: an edition, or the question whether the endpoint wants any. */
export interface Parcel {
  readonly event: string;
  readonly subscriptionId: string;
  /** Opened; it is never logged. */
  readonly endpoint: string;
  readonly language: string;
  /** Secret: leads to the page where the subscription is seen, confirmed, changed and ended. */
  readonly token: string;
  /** Whether a mail came back since the last that arrived. */
  readonly bounced: boolean;
  /** Those of a webhook that are good now, the newest first; other channels have none. */
  readonly secrets: readonly string[];
  /** Null: the request to confirm. */
  readonly edition: AnnouncementEdition | null;
  /** The same for each try of the same parcel: a receiver drops repeats by it. */
  readonly idempotencyKey: string;
}

/**
 * How a try ended. `again`: it may go better later; `final`: it never will; `gone`: the endpoint wants nothing
 * any more or does not exist.
 */
export type Sent =
  | { readonly kind: 'sent'; readonly messageId: string }
  | {
      readonly kind: 'again';
      readonly cause: string;
      /** The receiver had no part in it: our quota, a permission that we lack, a service in between. */
      readonly ours?: true;
    }
  | { readonly kind: 'final' | 'gone'; readonly cause: string };

/** One channel. Never throws for what an endpoint does: that is an answer. */
export type Adapter = (parcel: Parcel) => Promise<Sent>;
