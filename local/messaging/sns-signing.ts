import { createPrivateKey, createSign } from 'node:crypto';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import * as z from 'zod';
import { readOrCreate } from '../data-folder.ts';

/** Which fields are signed, in this order. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html */
const SIGNED_FIELDS = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
} as const;

export interface SnsMessage {
  readonly Type: keyof typeof SIGNED_FIELDS;
  readonly [field: string]: unknown;
}

/** The text that is signed: each present field's name and value on a line of its own. */
export const canonicalText = (message: SnsMessage): string =>
  SIGNED_FIELDS[message.Type]
    .filter((field) => message[field] !== undefined)
    .map((field) => `${field}\n${message[field]}\n`)
    .join('');

export interface Signer {
  readonly certificate: string;
  sign(message: SnsMessage): SnsMessage;
}

const stored = z.object({ private: z.string(), cert: z.string() });
const YEARS = 10;

const makeCertificate = async (): Promise<string> => {
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + YEARS);
  const made = await generate([{ name: 'commonName', value: 'sns.us-east-1.amazonaws.local' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate,
  });
  return JSON.stringify({ private: made.private, cert: made.cert });
};

/** Signature version 2 (RSA with SHA-256), by a certificate of the data folder. */
export const snsSigner = async (folder: string, certificateUrl: string): Promise<Signer> => {
  const pair = stored.parse(
    JSON.parse(await readOrCreate(join(folder, 'sns-signing.json'), makeCertificate)),
  );
  const key = createPrivateKey(pair.private);
  return {
    certificate: pair.cert,
    sign: (message) => ({
      ...message,
      SignatureVersion: '2',
      Signature: createSign('RSA-SHA256').update(canonicalText(message)).sign(key, 'base64'),
      SigningCertURL: certificateUrl,
    }),
  };
};
