import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import { SUBPROTOCOL } from '../../shared/contract/live.ts';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { LIVE_PATH } from '../assembly/references.ts';
import { HostError, messageOf } from '../errors.ts';
import type { LocalPage } from '../http/local-pages.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import {
  channelName,
  clientMessage,
  covers,
  errorsOf,
  headersOfProtocols,
  namespaceOf,
  type ProtocolError,
} from './live-protocol.ts';
import { readPublication } from './live-publish.ts';

export interface LiveOptions {
  readonly server: Server;
  readonly pages: Map<string, LocalPage>;
  readonly baseUrl: string;
  readonly functionOf: (name: string) => LocalFunction;
  readonly report: (line: string) => void;
}

/** What AppSync announces in `connection_ack`, and a pace of `ka` well below it (ms). */
const CONNECTION_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 60_000;
/** https://docs.aws.amazon.com/general/latest/gr/appsync.html: 100 subscriptions a connection by default. */
const MAX_SUBSCRIPTIONS = 100;
/** A client that does not read is cut off at this backlog, in bytes. */
const MAX_BACKLOG = 4 * 1024 * 1024;

const UNAUTHORIZED: ProtocolError = {
  errorType: 'UnauthorizedException',
  message: 'You are not authorized to make this call.',
};

const verdict = z.object({ isAuthorized: z.boolean() });

interface Connection {
  readonly socket: WebSocket;
  readonly headers: Readonly<Record<string, string>>;
  /** Channels by subscription id. */
  readonly subscriptions: Map<string, string>;
}

const authorizerOf = ({ eventApis }: Assembly, functionOf: (name: string) => LocalFunction) => {
  const [api, ...others] = eventApis;
  if (!api) return undefined;
  if (others.length > 0)
    throw new HostError('AssemblyUnsupported', 'the assembly has more than one AppSync Events API');
  const { AuthProviders, ConnectionAuthModes } = api.properties.EventConfig;
  const uri = AuthProviders.find(({ AuthType }) => AuthType === 'AWS_LAMBDA')?.LambdaAuthorizerConfig
    ?.AuthorizerUri;
  if (!uri || !ConnectionAuthModes.some(({ AuthType }) => AuthType === 'AWS_LAMBDA')) {
    throw new HostError(
      'AssemblyUnsupported',
      `${api.logicalId}: only Lambda authorizers let watchers in here`,
    );
  }
  return functionOf(functionNameOf(uri));
};

/** AppSync Events on the host's own server: publishing by signed POST, watching by WebSocket. */
export const startLive = (
  assembly: Assembly,
  { server, pages, baseUrl, functionOf, report }: LiveOptions,
): { stop(): Promise<void> } => {
  const authorizer = authorizerOf(assembly, functionOf);
  if (!authorizer) return { stop: async () => undefined };
  const namespaces = new Set(assembly.channelNamespaces.map(({ properties }) => properties.Name));
  const connections = new Set<Connection>();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });

  const isAllowed = async (
    headers: Readonly<Record<string, string>>,
    operation: 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE',
    channel?: string,
  ): Promise<boolean> => {
    const authorizationToken = headers['authorization'];
    if (!authorizationToken) return false;
    try {
      const answer = await authorizer.invoke({
        authorizationToken,
        requestContext: {
          apiId: 'local',
          accountId: LOCAL.account,
          requestId: randomUUID(),
          operation,
          ...(channel && { channel, channelNamespaceName: namespaceOf(channel) }),
        },
        requestHeaders: headers,
      });
      return verdict.parse(answer).isAuthorized;
    } catch (error) {
      report(`live authorizer: ${messageOf(error)}`);
      return false;
    }
  };

  const subscribe = async (
    { socket, subscriptions }: Connection,
    { id, channel, headers }: { id: string; channel: string; headers: Readonly<Record<string, string>> },
  ): Promise<void> => {
    const refuse = (error: ProtocolError) => socket.send(errorsOf('subscribe_error', error, id));
    const name = channelName(channel, { wildcard: true });
    if (!name || !namespaces.has(namespaceOf(name)))
      return refuse({ errorType: 'BadRequestException', message: 'Invalid Channel Format' });
    if (subscriptions.has(id))
      return refuse({ errorType: 'DuplicatedOperation', message: 'Operation with this id is running' });
    if (subscriptions.size >= MAX_SUBSCRIPTIONS)
      return refuse({ errorType: 'MaxSubscriptionsReachedError', message: 'Too many subscriptions' });
    if (!(await isAllowed(headers, 'EVENT_SUBSCRIBE', name))) return refuse(UNAUTHORIZED);
    subscriptions.set(id, name);
    socket.send(JSON.stringify({ type: 'subscribe_success', id }));
  };

  const serve = (connection: Connection): void => {
    const { socket, subscriptions } = connection;
    let timer: NodeJS.Timeout | undefined;
    const acknowledge = () => {
      socket.send(JSON.stringify({ type: 'connection_ack', connectionTimeoutMs: CONNECTION_TIMEOUT_MS }));
      const keepAlive = () => socket.send(JSON.stringify({ type: 'ka' }));
      keepAlive();
      timer ??= setInterval(keepAlive, KEEP_ALIVE_MS);
    };
    connections.add(connection);
    socket.on('message', (frame) => {
      const message = clientMessage(String(frame));
      if (message.type === 'connection_init') acknowledge();
      else if (message.type === 'subscribe')
        subscribe(connection, message).catch((error) => report(messageOf(error)));
      else if (message.type === 'unsubscribe') {
        const known = subscriptions.delete(message.id);
        const error = { errorType: 'UnknownOperationError', message: 'Unknown operation id' };
        socket.send(
          known
            ? JSON.stringify({ type: 'unsubscribe_success', id: message.id })
            : errorsOf('unsubscribe_error', error, message.id),
        );
      } else {
        const error = { errorType: 'UnsupportedOperation', message: message.detail };
        socket.send(errorsOf('error', error, message.id));
      }
    });
    socket.on('close', () => {
      clearInterval(timer);
      connections.delete(connection);
    });
    socket.on('error', (error) => report(`live connection: ${messageOf(error)}`));
  };

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const path = new URL(incoming.url ?? '/', baseUrl).pathname;
    if (path !== `${LIVE_PATH}/event/realtime`) {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const protocols = (incoming.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((each) => each.trim());
    const headers = headersOfProtocols(protocols);
    if (!protocols.includes(SUBPROTOCOL)) {
      socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const allowed = await isAllowed(headers, 'EVENT_CONNECT');
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      if (allowed) return serve({ socket: opened, headers, subscriptions: new Map() });
      opened.send(errorsOf('connection_error', { ...UNAUTHORIZED, errorCode: 401 }));
      opened.close(4401, 'UnauthorizedException');
    });
  };

  const publish: LocalPage = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const answer = (status: number, body: unknown) => {
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const read = await readPublication(incoming, `${baseUrl}${LIVE_PATH}/event`);
    if (read.kind === 'refused') {
      const { status, errorType, message } = read;
      return answer(status, { errors: [{ errorType, message }] });
    }
    const channel = channelName(read.channel, { wildcard: false });
    if (!channel || !namespaces.has(namespaceOf(channel)))
      return answer(400, {
        errors: [{ errorType: 'BadRequestException', message: 'Invalid Channel Format' }],
      });
    for (const { socket, subscriptions } of connections) {
      for (const [id, watched] of subscriptions) {
        if (!covers(watched, channel)) continue;
        for (const event of read.events) socket.send(JSON.stringify({ type: 'data', id, event }));
      }
      if (socket.bufferedAmount > MAX_BACKLOG) socket.terminate();
    }
    answer(200, {
      failed: [],
      successful: read.events.map((_event, index) => ({ identifier: randomUUID(), index })),
    });
  };

  const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(incoming, socket, head).catch((error) => {
      report(messageOf(error));
      socket.destroy();
    });
  };
  pages.set(`${LIVE_PATH}/event`, publish);
  server.on('upgrade', onUpgrade);
  return {
    stop: async () => {
      server.off('upgrade', onUpgrade);
      for (const { socket } of connections) socket.terminate();
      sockets.close();
    },
  };
};
