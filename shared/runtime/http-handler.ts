import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { buildQueryString } from '@smithy/core/protocols';

/** The same for every client. */
type Handler = SQSClient['config']['requestHandler'];
type Request = Parameters<Handler['handle']>[0];
type Answer = Awaited<ReturnType<Handler['handle']>>;

interface Limits {
  /** Until a new connection is open, in ms. */
  readonly connectionTimeout: number;
  /** Until an answer is there to its last byte, in ms. */
  readonly requestTimeout: number;
}

/** As the SDK's own: more requests wait for a connection. */
const pool = { keepAlive: true, maxSockets: 50 };

/** The SDK tries again what has this name. */
const timedOut = (what: string, ms: number): Error =>
  Object.assign(new Error(`${what} within ${ms} ms`), { name: 'TimeoutError' });

/**
 * What an SDK client sends requests with, over connections that are kept. It reads an answer to its end under the same
 * limit as its beginning, and does nothing of what the SDK's own does for streams, proxies and uploads.
 */
export const httpHandler = ({ connectionTimeout, requestTimeout }: Limits): Handler => {
  const agents = { plain: new PlainAgent(pool), tls: new TlsAgent(pool) };

  const exchange = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const tls = request.protocol === 'https:';
      const query = buildQueryString(request.query);
      const sent = (tls ? tlsRequest : plainRequest)({
        host: request.hostname,
        port: request.port,
        path: query ? `${request.path}?${query}` : request.path,
        method: request.method,
        headers: request.headers,
        agent: tls ? agents.tls : agents.plain,
      });
      const limit = setTimeout(() => sent.destroy(timedOut('no answer', requestTimeout)), requestTimeout);
      let connecting: NodeJS.Timeout | undefined;
      const failed = (error: Error) => {
        clearTimeout(limit);
        clearTimeout(connecting);
        reject(error);
      };
      sent.once('socket', (socket) => {
        if (!socket.connecting) return;
        connecting = setTimeout(
          () => sent.destroy(timedOut('no connection', connectionTimeout)),
          connectionTimeout,
        );
        socket.once(tls ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      sent.on('error', failed);
      sent.once('response', (received) => {
        const chunks: Buffer[] = [];
        received.on('data', (chunk: Buffer) => chunks.push(chunk));
        received.on('error', failed);
        received.on('end', () => {
          clearTimeout(limit);
          const [first] = chunks;
          resolve({
            response: {
              statusCode: received.statusCode ?? 0,
              headers: received.headers,
              body: chunks.length === 1 ? first : Buffer.concat(chunks),
            },
          });
        });
      });
      sent.end(request.body);
    });

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: exchange,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
};
