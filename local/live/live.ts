import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { decodeJwt } from 'jose';
import { WebSocketServer } from 'ws';
import * as z from 'zod';
import { SUBPROTOCOL } from '../../shared/contract/live.ts';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { LIVE_PATH } from '../assembly/references.ts';
import { HostError, messageOf } from '../errors.ts';
import type { LocalPage } from '../http/local-pages.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { channelName, errorsOf, headersOfProtocols, namespaceOf, UNAUTHORIZED } from './live-protocol.ts';
import { readPublication } from './live-publish.ts';
import { type AllowedUntil, watchers } from './watchers.ts';

export interface LiveOptions {
  readonly server: Server;
  readonly pages: Map<string, LocalPage>;
  readonly baseUrl: string;
  readonly functionOf: (name: string) => LocalFunction;
  readonly report: (line: string) => void;
}

const verdict = z.object({ isAuthorized: z.boolean() });

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

/** When a token that was found good is good no longer, in ms. */
const endOf = (authorization: string): number =>
  (decodeJwt(authorization.replace(/^Bearer +/i, '')).exp ?? Number.POSITIVE_INFINITY) * 1000;

const asking =
  (authorizer: LocalFunction, report: (line: string) => void): AllowedUntil =>
  async (headers, channel) => {
    const authorizationToken = headers['authorization'];
    if (!authorizationToken) return undefined;
    try {
      const answer = await authorizer.invoke({
        authorizationToken,
        requestContext: {
          apiId: 'local',
          accountId: LOCAL.account,
          requestId: randomUUID(),
          operation: channel ? 'EVENT_SUBSCRIBE' : 'EVENT_CONNECT',
          ...(channel && { channel, channelNamespaceName: namespaceOf(channel) }),
        },
        requestHeaders: headers,
      });
      return verdict.parse(answer).isAuthorized ? endOf(authorizationToken) : undefined;
    } catch (error) {
      report(`live authorizer: ${messageOf(error)}`);
      return undefined;
    }
  };

type Watchers = ReturnType<typeof watchers>;

/** Opens WebSockets of the live channel, whatever else asks for an upgrade is turned away. */
const upgrading = (baseUrl: string, allowedUntil: AllowedUntil, serve: Watchers['serve']) => {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  const refuse = (socket: Duplex, status: string) =>
    socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const path = new URL(incoming.url ?? '/', baseUrl).pathname;
    if (path !== `${LIVE_PATH}/event/realtime`) return void refuse(socket, '404 Not Found');
    const protocols = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (!protocols.includes(SUBPROTOCOL)) return void refuse(socket, '400 Bad Request');
    const allowed = await allowedUntil(headersOfProtocols(protocols));
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      if (allowed !== undefined) return serve(opened);
      opened.send(errorsOf('connection_error', { ...UNAUTHORIZED, errorCode: 401 }));
      opened.close(4401, 'UnauthorizedException');
    });
  };
  return { upgrade, close: () => sockets.close() };
};

const publishing =
  (url: string, isNamespace: (name: string) => boolean, tell: Watchers['tell']): LocalPage =>
  async (incoming, outgoing) => {
    const answer = (status: number, body: unknown) => {
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const read = await readPublication(incoming, url);
    if (read.kind === 'refused') {
      const { status, errorType, message } = read;
      return answer(status, { errors: [{ errorType, message }] });
    }
    const channel = channelName(read.channel, { wildcard: false });
    if (!channel || !isNamespace(namespaceOf(channel)))
      return answer(400, {
        errors: [{ errorType: 'BadRequestException', message: 'Invalid Channel Format' }],
      });
    tell(channel, read.events);
    answer(200, {
      failed: [],
      successful: read.events.map((_event, index) => ({ identifier: randomUUID(), index })),
    });
  };

/** AppSync Events on the host's own server: publishing by signed POST, watching by WebSocket. */
export const startLive = (
  assembly: Assembly,
  { server, pages, baseUrl, functionOf, report }: LiveOptions,
): { stop(): Promise<void> } => {
  const authorizer = authorizerOf(assembly, functionOf);
  if (!authorizer) return { stop: async () => undefined };
  const namespaces = new Set(assembly.channelNamespaces.map(({ properties }) => properties.Name));
  const isNamespace = (name: string) => namespaces.has(name);
  const allowedUntil = asking(authorizer, report);
  const { serve, tell, stop } = watchers({ allowedUntil, isNamespace, report });
  const { upgrade, close } = upgrading(baseUrl, allowedUntil, serve);
  const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(incoming, socket, head).catch((error) => {
      report(messageOf(error));
      socket.destroy();
    });
  };
  pages.set(`${LIVE_PATH}/event`, publishing(`${baseUrl}${LIVE_PATH}/event`, isNamespace, tell));
  server.on('upgrade', onUpgrade);
  return {
    stop: async () => {
      server.off('upgrade', onUpgrade);
      stop();
      close();
    },
  };
};
