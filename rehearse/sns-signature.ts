import { verify, X509Certificate } from 'node:crypto';
import * as z from 'zod';

const signed = {
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.string(),
  Signature: z.string(),
  SigningCertURL: z.url(),
};

const confirmation = z.looseObject({
  Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  Token: z.string(),
  SubscribeURL: z.url(),
  ...signed,
});
const notification = z.looseObject({
  Type: z.literal('Notification'),
  Subject: z.string().optional(),
  UnsubscribeURL: z.url().optional(),
  ...signed,
});

/** What SNS posts to a webhook. */
export const snsMessage = z.discriminatedUnion('Type', [confirmation, notification]);
type SnsMessage = z.infer<typeof snsMessage>;

/**
 * The text that SNS signs: names and values of these members in this order, a line each.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
const canonicalText = (message: SnsMessage): string => {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message;
  const members =
    message.Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          Message,
          MessageId,
          SubscribeURL: message.SubscribeURL,
          Timestamp,
          Token: message.Token,
          TopicArn,
          Type,
        };
  return Object.entries(members)
    .map(([name, value]) => (value === undefined ? '' : `${name}\n${value}\n`))
    .join('');
};

/** Certificates come from AWS, or from the local host that is being rehearsed; never from where a sender likes. */
const isTrusted = (certificate: URL, hostOrigin: string): boolean =>
  certificate.origin === hostOrigin ||
  (certificate.protocol === 'https:' &&
    /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(certificate.hostname));

/** Checks signatures of version 2 (RSA with SHA-256). */
export const signatureChecker = (hostOrigin: string) => {
  const certificates = new Map<string, Promise<X509Certificate>>();
  const fetchCertificate = async (url: string): Promise<X509Certificate> => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return new X509Certificate(await response.text());
  };

  /** Null when the signature is right, else what is wrong with it. */
  return async (message: SnsMessage): Promise<string | null> => {
    if (message.SignatureVersion !== '2') return `signature version ${message.SignatureVersion} instead of 2`;
    const url = message.SigningCertURL;
    if (!isTrusted(new URL(url), hostOrigin)) return `certificate from ${url}`;
    const certificate = certificates.get(url) ?? fetchCertificate(url);
    certificates.set(url, certificate);
    const { publicKey } = await certificate;
    const signature = Buffer.from(message.Signature, 'base64');
    return verify('sha256', Buffer.from(canonicalText(message)), publicKey, signature)
      ? null
      : 'wrong signature';
  };
};
