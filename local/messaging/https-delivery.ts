import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { SnsMessage } from './sns-signing.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html: an endpoint has 15 seconds. */
const TIMEOUT_MS = 15_000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** Worth a retry: no answer, 5xx, 429. */
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string }
  /** The endpoint's own refusal (4xx): SNS does not send it again. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

const outcomeOf = (status: number): DeliveryOutcome => {
  if (status >= 200 && status < 400) return { kind: 'delivered' };
  const kind = status >= 400 && status < 500 && status !== 429 ? 'refused' : 'failed';
  return { kind, code: String(status), detail: `the endpoint answered ${status}` };
};

/** https://docs.aws.amazon.com/sns/latest/dg/http-header.html */
const headersOf = (message: SnsMessage, subscriptionArn: string | undefined, body: string, raw: boolean) => ({
  'x-amz-sns-message-type': message.Type,
  'x-amz-sns-message-id': String(message['MessageId']),
  'x-amz-sns-topic-arn': String(message['TopicArn']),
  ...(subscriptionArn && { 'x-amz-sns-subscription-arn': subscriptionArn }),
  ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
  'content-type': 'text/plain; charset=UTF-8',
  'content-length': Buffer.byteLength(body),
  'user-agent': 'Amazon Simple Notification Service Agent',
});

/** Posts one message. A self-signed certificate is good enough on loopback, and nowhere else. */
export const deliver = (
  endpoint: string,
  message: SnsMessage,
  options: { subscriptionArn?: string | undefined; raw: boolean },
): Promise<DeliveryOutcome> =>
  new Promise((resolve) => {
    const fail = (error: Error & { code?: string }) =>
      resolve({ kind: 'failed', code: error.code ?? 'Error', detail: error.message });
    try {
      const url = new URL(endpoint);
      const body = options.raw ? String(message['Message']) : JSON.stringify(message);
      const outgoing = (url.protocol === 'https:' ? secureRequest : request)(
        url,
        {
          method: 'POST',
          headers: headersOf(message, options.subscriptionArn, body, options.raw),
          timeout: TIMEOUT_MS,
          ...(LOOPBACK.test(url.hostname) && { rejectUnauthorized: false }),
        },
        (response) => {
          response.resume();
          response.on('error', fail);
          response.on('end', () => resolve(outcomeOf(response.statusCode ?? 0)));
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 15 s')));
      outgoing.on('error', fail);
      outgoing.end(body);
    } catch (error) {
      resolve({
        kind: 'refused',
        code: 'InvalidEndpoint',
        detail: error instanceof Error ? error.message : 'not a URL',
      });
    }
  });
