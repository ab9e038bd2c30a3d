import { createHash } from 'node:crypto';
import { buildPushPayload } from '@block65/webcrypto-web-push';
import { pushSubscription } from '../../../shared/contract/subscriptions.ts';
import { announcementMessage } from '../../../shared/domain/announcement-message.ts';
import { notificationOf } from '../../../shared/domain/notification.ts';
import { applicationServerKey, type VapidKey } from '../../../shared/runtime/vapid.ts';
import type { Adapter, Parcel, Sent } from '../adapter.ts';
import type { Post } from '../public-post.ts';

/*
 * Limits:      a payload of 3,000 bytes, of the 4,096 that every push service takes (RFC 8030, 7.2): texts are cut.
 * Sent:        200, 201 or 202 of the push service; whether the phone showed it is not told.
 * Final:       400, 401, 403, 413: our request is wrong. 404 and 410 end the subscription (RFC 8030, 7.3).
 * Tried again: everything else, over three days.
 */

export interface PushDeps {
  readonly post: Post;
  readonly key: () => Promise<VapidKey>;
  /** `mailto:` or `https:`, for the push service when something is wrong with us (RFC 8292, 2.1). */
  readonly contact: string;
  readonly baseUrl: string;
}

const DAY_SECONDS = 24 * 60 * 60;
/** At most 32 characters of base64url (RFC 8030, 5.4): a later edition replaces the one that waits. */
const topicOf = (announcementId: string): string =>
  createHash('sha256').update(announcementId).digest('base64url').slice(0, 32);

const payloadOf = ({ edition, event, language, subscriptionId, token }: Parcel, baseUrl: string) => {
  if (!edition) {
    return {
      type: 'io.turnout.subscription.confirm.v1',
      subscriptionId,
      url: `${baseUrl}/v1/subscriptions/${token}`,
    };
  }
  return { ...notificationOf(announcementMessage(event, edition, language).message), event };
};

const FINAL = new Set([400, 401, 403, 413]);

export const pushAdapter =
  ({ post, key, contact, baseUrl }: PushDeps): Adapter =>
  async (parcel): Promise<Sent> => {
    const subscription = pushSubscription.parse(JSON.parse(parcel.endpoint));
    const vapid = await key();
    const { headers, body } = await buildPushPayload(
      {
        data: payloadOf(parcel, baseUrl),
        options: {
          ttl: DAY_SECONDS,
          urgency: 'normal',
          topic: topicOf(parcel.edition?.announcementId ?? parcel.subscriptionId),
        },
      },
      // The library takes https alone; on loopback a push service that somebody tries out has no certificate.
      { ...subscription, endpoint: subscription.endpoint.replace(/^http:/, 'https:'), expirationTime: null },
      { subject: contact, publicKey: applicationServerKey(vapid), privateKey: vapid.d },
    );
    const answer = await post(subscription.endpoint, body, headers);
    if (answer.kind === 'failed') return { kind: 'again', cause: answer.cause };
    if (answer.status >= 200 && answer.status < 300)
      return { kind: 'sent', messageId: parcel.idempotencyKey };
    const cause = `the push service answered ${answer.status}`;
    if (answer.status === 404 || answer.status === 410) return { kind: 'gone', cause };
    return FINAL.has(answer.status) ? { kind: 'final', cause } : { kind: 'again', cause, ours: true };
  };
