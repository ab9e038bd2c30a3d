import type { WebSocket } from 'ws';
import { messageOf } from '../errors.ts';
import {
  type ClientMessage,
  channelName,
  clientMessage,
  covers,
  errorsOf,
  namespaceOf,
  type ProtocolError,
  UNAUTHORIZED,
} from './live-protocol.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Asks the deployment's authorizer; without a channel, whether these headers may connect.
 * @returns until when, in ms; undefined for not at all
 */
export type AllowedUntil = (headers: Headers, channel?: string) => Promise<number | undefined>;

/** What AppSync announces in `connection_ack`, and a pace of `ka` well below it (ms). */
const CONNECTION_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 60_000;
/** https://docs.aws.amazon.com/general/latest/gr/appsync.html: 100 subscriptions a connection by default. */
const MAX_SUBSCRIPTIONS = 100;
/** A client that does not read is cut off at this backlog, in bytes. */
const MAX_BACKLOG = 4 * 1024 * 1024;

interface Connection {
  readonly socket: WebSocket;
  /** By subscription id. */
  readonly subscriptions: Map<string, { readonly watched: string; readonly until: number }>;
}

type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

/** Why a subscription cannot be had, whoever asks. */
const unusable = (
  { subscriptions }: Connection,
  id: string,
  name: string | undefined,
  isNamespace: (name: string) => boolean,
): ProtocolError | undefined => {
  if (!name || !isNamespace(namespaceOf(name)))
    return { errorType: 'BadRequestException', message: 'Invalid Channel Format' };
  if (subscriptions.has(id))
    return { errorType: 'DuplicatedOperation', message: 'Operation with this id is running' };
  if (subscriptions.size >= MAX_SUBSCRIPTIONS)
    return { errorType: 'MaxSubscriptionsReachedError', message: 'Too many subscriptions' };
  return undefined;
};

const unsubscribe = ({ socket, subscriptions }: Connection, id: string): void => {
  const error = { errorType: 'UnknownOperationError', message: 'Unknown operation id' };
  socket.send(
    subscriptions.delete(id)
      ? JSON.stringify({ type: 'unsubscribe_success', id })
      : errorsOf('unsubscribe_error', error, id),
  );
};

/** Those who watch by WebSocket. https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html */
export const watchers = (options: {
  readonly allowedUntil: AllowedUntil;
  readonly isNamespace: (name: string) => boolean;
  readonly report: (line: string) => void;
}) => {
  const { allowedUntil, isNamespace, report } = options;
  const connections = new Set<Connection>();

  const subscribe = async (connection: Connection, { id, channel, headers }: Subscribe): Promise<void> => {
    const { socket, subscriptions } = connection;
    const name = channelName(channel, { wildcard: true });
    const refusal = unusable(connection, id, name, isNamespace);
    if (!name || refusal) return socket.send(errorsOf('subscribe_error', refusal ?? UNAUTHORIZED, id));
    const until = await allowedUntil(headers, name);
    if (until === undefined) return socket.send(errorsOf('subscribe_error', UNAUTHORIZED, id));
    subscriptions.set(id, { watched: name, until });
    socket.send(JSON.stringify({ type: 'subscribe_success', id }));
  };

  /** A connection whose headers may connect. */
  const serve = (socket: WebSocket): void => {
    const connection: Connection = { socket, subscriptions: new Map() };
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
      else if (message.type === 'unsubscribe') unsubscribe(connection, message.id);
      else {
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

  return {
    serve,
    tell: (channel: string, events: readonly string[]): void => {
      for (const { socket, subscriptions } of connections) {
        for (const [id, { watched, until }] of subscriptions) {
          if (!covers(watched, channel)) continue;
          // AppSync does not end a subscription with its token; channels by terms do, a few minutes later.
          if (until <= Date.now()) {
            socket.close(4401, 'UnauthorizedException');
            break;
          }
          for (const event of events) socket.send(JSON.stringify({ type: 'data', id, event }));
        }
        if (socket.bufferedAmount > MAX_BACKLOG) socket.terminate();
      }
    },
    stop: (): void => {
      for (const { socket } of connections) socket.terminate();
    },
  };
};
