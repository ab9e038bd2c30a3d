import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

/**
 * Every setting of every function, declared once: a function lists the names that it needs in its env.ts,
 * infrastructure provides exactly those.
 */
export const settings = {
  ATTENDANCE_TABLE: text,
  COUNTS_TABLE: text,
  ANNOUNCEMENTS_TABLE: text,
  REGISTRY_TABLE: text,
  SIGNING_SECRET_ARN: text,
  /** Beginning of the name of an announcement topic: `<prefix>-<event>-<language>`. */
  TOPIC_PREFIX: text,
  OPERATIONS_TOPIC_ARN: text,
  DUE_QUEUE_URL: z.url(),
  PARKED_QUEUE_URL: z.url(),
  ANNOUNCEMENTS_DEAD_QUEUE_ARN: text,
  /** `iss` of the organizers' tokens. */
  ISSUER: z.url(),
  JWKS_URL: z.url(),
  /** `aud` or `client_id` of the organizers' tokens. */
  AUDIENCE: text,
  /** `true` lets webhooks be plain http on loopback; only the embedded host sets it. */
  LOOPBACK_WEBHOOKS: z._default(z.stringbool(), false),
  /** AppSync Events: `https://<host>/event` and `wss://<host>/event/realtime`. */
  LIVE_HTTP_URL: z.url(),
  LIVE_SOCKET_URL: z.url(),
} as const;

export type SettingName = keyof typeof settings;
export type Settings<Names extends readonly SettingName[]> = {
  readonly [Name in Names[number]]: z.output<(typeof settings)[Name]>;
};
