import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrival, readArrival, type Subscriber } from './inbox.ts';
import { signatureChecker, snsMessage } from './sns-signature.ts';

const MAX_BODY_BYTES = 512 * 1024;
const CONFIRMED_WITHIN_MS = 20_000;

export interface Webhook extends Subscriber {
  /** Where SNS should post to. */
  readonly endpoint: string;
  /** Resolves when the subscription has been confirmed; throws after 20 s. */
  confirmed(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_BODY_BYTES) throw new Error('message larger than SNS sends');
  }
  return body;
};

/**
 * A webhook on loopback that confirms its subscription and checks every signature.
 * @param arrived is told of each message, of one that comes a second time too
 */
export const startWebhook = async (
  language: string,
  hostOrigin: string,
  arrived: (arrival: Arrival) => void = () => undefined,
): Promise<Webhook> => {
  const arrivals: Arrival[] = [];
  const faults: string[] = [];
  const check = signatureChecker(hostOrigin);
  let isConfirmed = false;
  let unsubscribeUrl: string | undefined;

  const receive = async (body: string): Promise<void> => {
    const at = Date.now();
    const message = snsMessage.parse(JSON.parse(body));
    const wrong = await check(message);
    if (wrong !== null) {
      faults.push(`${message.Type} ${message.MessageId}: ${wrong}`);
      return;
    }
    if (message.Type === 'Notification') {
      unsubscribeUrl = message.UnsubscribeURL;
      const arrival = readArrival(body, at);
      arrivals.push(arrival);
      arrived(arrival);
    } else if (message.Type === 'SubscriptionConfirmation') {
      const response = await fetch(message.SubscribeURL);
      if (!response.ok) throw new Error(`SubscribeURL answered ${response.status}`);
      isConfirmed = true;
    }
  };

  const server = createServer((request, response) => {
    readBody(request)
      .then(receive)
      .then(
        () => response.writeHead(200).end(),
        (error: unknown) => {
          faults.push(String(error));
          response.writeHead(400).end();
        },
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the webhook has no port');

  return {
    name: `webhook ${language}`,
    language,
    arrivals,
    faults,
    endpoint: `http://127.0.0.1:${address.port}/outcomes/${language}`,
    async confirmed() {
      const giveUpAt = performance.now() + CONFIRMED_WITHIN_MS;
      while (!isConfirmed) {
        if (performance.now() > giveUpAt) {
          throw new Error(
            `no subscription was confirmed at the ${language} webhook: ${faults.join('; ') || 'nothing came'}`,
          );
        }
        await sleep(50);
      }
    },
    async close() {
      // Else the host would go on sending to a webhook that is gone.
      if (unsubscribeUrl !== undefined) await fetch(unsubscribeUrl).catch(() => undefined);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
