import { Webhook } from 'standardwebhooks';
import { announcementMessage } from '../../../shared/domain/announcement-message.ts';
import type { Adapter, Parcel, Sent } from '../adapter.ts';
import type { Post } from '../public-post.ts';

/*
 * Limits:      none of ours on the receiver's rate; 10 s a request, answers are read up to 1 KB, no redirects.
 * Sent:        any answer from 200 to 299.
 * Final:       none; 410 Gone ends the subscription.
 * Tried again: everything else, over three days (RETRY_WAITS_MS).
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */

export interface WebhookDeps {
  readonly post: Post;
  /** Of the API: where a subscription is confirmed and ended. */
  readonly baseUrl: string;
  readonly clock: () => number;
}

const confirmation = (
  { event, subscriptionId, token, secrets, idempotencyKey }: Parcel,
  baseUrl: string,
  at: Date,
) => ({
  specversion: '1.0',
  id: idempotencyKey,
  source: `/events/${event}`,
  type: 'io.turnout.subscription.confirm.v1',
  time: at.toISOString(),
  datacontenttype: 'application/json',
  data: { subscriptionId, url: `${baseUrl}/v1/subscriptions/${token}`, secret: secrets[0] },
});

export const webhookAdapter =
  ({ post, baseUrl, clock }: WebhookDeps): Adapter =>
  async (parcel): Promise<Sent> => {
    const at = new Date(clock());
    const content = parcel.edition
      ? announcementMessage(parcel.event, parcel.edition, parcel.language).message
      : confirmation(parcel, baseUrl, at);
    const body = JSON.stringify(content);
    const signatures = parcel.secrets.map((secret) =>
      new Webhook(secret).sign(parcel.idempotencyKey, at, body),
    );
    const answer = await post(parcel.endpoint, body, {
      'content-type': 'application/json',
      'webhook-id': parcel.idempotencyKey,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    });
    if (answer.kind === 'failed') return { kind: 'again', cause: answer.cause };
    if (answer.status === 410) return { kind: 'gone', cause: 'answered 410 Gone' };
    if (answer.status >= 200 && answer.status < 300)
      return { kind: 'sent', messageId: parcel.idempotencyKey };
    return { kind: 'again', cause: `answered ${answer.status}` };
  };
