import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CountsMessage } from '../../contract/live.ts';

export interface AppSyncSettings {
  /** `https://<host>/event` */
  readonly url: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** https://docs.aws.amazon.com/appsync/latest/eventapi/publish-http.html */
const EVENTS_PER_REQUEST = 5;
/** An event has at most 240 KB; a message has less than 240 bytes, slugs of 63 included. */
const MESSAGES_PER_EVENT = 800;
/** Who waits for this is a function that has something better to do, in ms. */
const TIMEOUT_MS = 2_000;

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );

/** A request to AppSync Events, signed (Signature Version 4). */
export const signPublish = async (
  { url, region, credentials }: AppSyncSettings,
  body: string,
  signingDate = new Date(),
): Promise<Record<string, string>> => {
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const signer = new SignatureV4({ service: 'appsync', region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: pathname,
      headers: { host, 'content-type': 'application/json' },
      body,
    },
    { signingDate },
  );
  return headers;
};

/** Publishes messages on a channel as the fewest events that hold them. @throws when they are not taken */
export const appSyncSender =
  (settings: AppSyncSettings) =>
  async (channel: string, messages: readonly CountsMessage[]): Promise<void> => {
    const events = chunksOf(messages, MESSAGES_PER_EVENT).map((chunk) => JSON.stringify(chunk));
    for (const some of chunksOf(events, EVENTS_PER_REQUEST)) {
      const body = JSON.stringify({ channel, events: some });
      const response = await fetch(settings.url, {
        method: 'POST',
        headers: await signPublish(settings, body),
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`publishing answered ${response.status}: ${answer.slice(0, 200)}`);
    }
  };
