import type { SettingName } from '../shared/runtime/env-names.ts';
import type { Foundation } from './foundation.ts';

type Values = Readonly<Partial<Record<SettingName, string>>>;

const valuesOf = ({ data, messaging, identity, live }: Foundation): Values => ({
  ATTENDANCE_TABLE: data.attendance.tableName,
  COUNTS_TABLE: data.counts.tableName,
  ANNOUNCEMENTS_TABLE: data.announcements.tableName,
  REGISTRY_TABLE: data.registry.tableName,
  SIGNING_SECRET_ARN: identity.signingSecret.secretArn,
  TOPIC_PREFIX: messaging.topicPrefix,
  OPERATIONS_TOPIC_ARN: messaging.operations.topicArn,
  DUE_QUEUE_URL: messaging.due.queueUrl,
  PARKED_QUEUE_URL: messaging.parked.queueUrl,
  ANNOUNCEMENTS_DEAD_QUEUE_ARN: messaging.announcementsDead.queueArn,
  ISSUER: identity.userPool.userPoolProviderUrl,
  JWKS_URL: `${identity.userPool.userPoolProviderUrl}/.well-known/jwks.json`,
  AUDIENCE: identity.client.userPoolClientId,
  LOOPBACK_WEBHOOKS: 'false',
  ...(live && { LIVE_HTTP_URL: live.httpUrl, LIVE_SOCKET_URL: live.socketUrl }),
});

/**
 * The environment of a function: the settings that its env.ts names, no more.
 * @throws when this deployment has no value for one of them
 */
export const environmentOf = (
  foundation: Foundation,
  names: readonly SettingName[],
): Readonly<Record<string, string>> => {
  const values = valuesOf(foundation);
  return Object.fromEntries(
    names.map((name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`infra/function-settings.ts has no value for ${name}`);
      return [name, value];
    }),
  );
};
