import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Assembly } from '../assembly/assembly.ts';
import { messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { only, type Route, routesOf } from './api-routes.ts';
import { corsHeaders, preflight } from './cors.ts';
import { gatewayAnswer } from './gateway-answer.ts';
import {
  answerOf,
  bodyOf,
  commonEvent,
  contextOfRequest,
  type HttpAnswer,
  type HttpRequest,
  requestOf,
} from './http-event.ts';
import { type Match, routeMatcher } from './routes.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** @returns undefined when the body is larger than the gateway takes */
const readBody = (incoming: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return resolve(undefined);
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) resolve(undefined);
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('aborted', () => reject(new Error('the client went away')));
  });

const NOT_IN_TIME = Symbol('not in time');

const inTime = async (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof NOT_IN_TIME>((resolve) => {
    timer = setTimeout(() => resolve(NOT_IN_TIME), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
};

export type Serve = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/** The assembly's HTTP API, as API Gateway serves it. @param report unexpected failures, one line each */
export const gateway = (
  assembly: Assembly,
  functionOf: (name: string) => LocalFunction,
  report: (line: string) => void,
): Serve => {
  const cors = only(assembly.apis, 'HTTP API')?.properties.CorsConfiguration;
  const match = routeMatcher(routesOf(assembly, functionOf));

  const answer = async (
    incoming: IncomingMessage,
    request: HttpRequest,
    { route, pathParameters }: Match<Route>,
  ): Promise<HttpAnswer> => {
    if (!route.throttle.take(request.timeEpoch)) return gatewayAnswer(429);
    const body = await readBody(incoming);
    if (!body) return gatewayAnswer(413);
    const verdict = await route.authorizer?.decide(request, route.key, pathParameters);
    if (verdict && verdict.kind !== 'allowed') return gatewayAnswer(verdict.kind === 'forbidden' ? 403 : 401);
    const context = contextOfRequest(request, route.key);
    const event = {
      ...commonEvent(request, route.key, pathParameters),
      requestContext: verdict ? { ...context, authorizer: { lambda: verdict.context } } : context,
      ...bodyOf(request, body),
    };
    const result = await inTime(route.target.invoke(event), route.timeoutMs);
    if (result === NOT_IN_TIME) return gatewayAnswer(503);
    const made = answerOf(result);
    if (!made) report(`${route.target.name}: its answer is not one that API Gateway understands`);
    return made ?? gatewayAnswer(500);
  };

  const send = (
    request: HttpRequest,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    made: HttpAnswer,
  ): void => {
    const bare = made.status === 204 || made.status === 304 || request.method === 'HEAD';
    outgoing.writeHead(made.status, {
      'x-request-id': request.requestId,
      ...corsHeaders(cors, request.headers['origin']),
      ...made.headers,
      ...(bare ? {} : { 'content-length': Buffer.byteLength(made.body) }),
    } satisfies Record<string, string | number | readonly string[]>);
    // Text leaves in one write with its headers, bytes in a second one.
    outgoing.end(bare ? undefined : made.body);
    // Who is still sending a body hears the answer only if the rest of it is taken, unheard.
    if (!incoming.complete) incoming.resume();
  };

  return async (incoming, outgoing) => {
    const request = requestOf(incoming, randomUUID(), Date.now());
    try {
      const asked = preflight(cors, request.method, incoming.headers);
      const found = asked ? undefined : match(request.method, request.rawPath);
      if (asked) send(request, incoming, outgoing, { status: 204, headers: asked, body: '' });
      else if (!found) send(request, incoming, outgoing, gatewayAnswer(404));
      else send(request, incoming, outgoing, await answer(incoming, request, found));
    } catch (error) {
      if (incoming.destroyed && !incoming.complete) return;
      report(messageOf(error));
      if (!outgoing.headersSent) send(request, incoming, outgoing, gatewayAnswer(500));
    }
  };
};
