/** Channels that we deliver ourselves; SNS delivers `https` and `sqs`. */
export const ownChannels = ['email', 'webhook', 'push'] as const;
export type OwnChannel = (typeof ownChannels)[number];

/**
 * `pending`: asked for, not confirmed from the endpoint; `suppressed`: the endpoint does not exist any more or
 * complained; `disabled`: it failed for as long as we try.
 */
export const subscriberStatuses = ['pending', 'confirmed', 'suppressed', 'disabled'] as const;

/** What a subscriber wants to hear of; absent: everything. */
export interface Interest {
  readonly language: string;
  readonly kinds?: readonly string[] | undefined;
  readonly topics?: readonly string[] | undefined;
}

export interface DeliveryMessage {
  /** Of the subscribers that it is for; its text may be in the event's first language. */
  readonly language: string;
  readonly kind: string;
  readonly topics: readonly string[];
}

/** Whether somebody wants to hear of it in whatever language, as SNS's filter policies decide: a topic of several is enough. */
export const interestedIn = (
  { kinds, topics }: Omit<Interest, 'language'>,
  about: Omit<DeliveryMessage, 'language'>,
): boolean =>
  (kinds === undefined || kinds.includes(about.kind)) &&
  (topics === undefined || topics.some((topic) => about.topics.includes(topic)));

/** Whether a confirmed subscriber gets a message. */
export const wants = (interest: Interest, message: DeliveryMessage): boolean =>
  interest.language === message.language && interestedIn(interest, message);

/** The language by which an edition is planned for somebody: theirs, or its first where it never was in theirs. */
export const heardIn = (
  language: string,
  { audience, mainLanguage }: { readonly audience: readonly string[]; readonly mainLanguage: string },
): string => (audience.includes(language) ? language : mainLanguage);

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Waits before the second try and each later one, in ms: the schedule that Standard Webhooks recommends, three
 * days in all. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const RETRY_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/**
 * How long to wait after a failed try, in ms; undefined when it was the last.
 * @param attempt 1 for the first
 * @param spread 0 to 1, so that those who failed together do not come back together: at most a tenth later
 */
export const waitAfter = (attempt: number, spread: number): number | undefined => {
  const wait = RETRY_WAITS_MS[attempt - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + spread / 10));
};

/** Subscribers of an event are spread over so many partition keys; it never changes. */
export const SUBSCRIBER_SHARDS = 16;

/**
 * A webhook's signing secrets, each derived from the deployment's own secret and a version that rises. Its first is the
 * time when it was asked, so that whoever leaves and comes back gets none that was good before.
 */
export interface Secrets {
  readonly secretVersion: number;
  /** Ms; 0: never. */
  readonly rotatedAt: number;
  /** The oldest that still signed when it was last rotated; absent: the one before. */
  readonly signingSince?: number | undefined;
}

/** A secret signs along for so long after it was replaced, ms. */
const OLD_SECRET_KEPT_MS = 24 * HOUR_MS;
/** Signatures of one message; whoever rotates more often within a day loses the oldest. */
const MAX_SIGNATURES = 5;

/** Versions that sign now, the newest first. */
export const signingVersions = (
  { secretVersion, rotatedAt, signingSince }: Secrets,
  now: number,
): number[] => {
  if (now - rotatedAt >= OLD_SECRET_KEPT_MS) return [secretVersion];
  const oldest = Math.max(signingSince ?? secretVersion - 1, secretVersion - MAX_SIGNATURES + 1, 1);
  return Array.from({ length: secretVersion - oldest + 1 }, (_, index) => secretVersion - index);
};

/** The next secret; those that sign now go on for a day, so that a request that is sent twice takes none away. */
export const rotated = (secrets: Secrets, now: number): Required<Secrets> => ({
  secretVersion: secrets.secretVersion + 1,
  rotatedAt: now,
  signingSince: signingVersions(secrets, now).at(-1) ?? secrets.secretVersion,
});
