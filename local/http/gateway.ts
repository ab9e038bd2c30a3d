import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { HostError, messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { type Authorizer, authorizer } from './authorize.ts';
import { corsHeaders, preflight } from './cors.ts';
import { problemAnswer } from './gateway-problem.ts';
import {
  answerOf,
  bodyOf,
  commonEvent,
  contextOfRequest,
  type HttpAnswer,
  type HttpRequest,
  requestOf,
} from './http-event.ts';
import { type Match, routeTable } from './route-table.ts';
import { type Throttle, throttle } from './throttle.ts';

interface Route {
  readonly key: string;
  readonly target: LocalFunction;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
  readonly throttle: Throttle;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const only = <T>(found: readonly T[], what: string): T | undefined => {
  if (found.length > 1) throw new HostError('AssemblyUnsupported', `the assembly has more than one ${what}`);
  return found[0];
};

const authorizersOf = (
  assembly: Assembly,
  functionOf: (name: string) => LocalFunction,
): Map<string, Authorizer> => {
  const used = new Set(assembly.routes.map(({ properties }) => properties.AuthorizerId));
  return new Map(
    assembly.authorizers
      .filter(({ logicalId }) => used.has(logicalId))
      .map(({ logicalId, properties }) => {
        if (properties.AuthorizerType !== 'REQUEST' || !properties.AuthorizerUri) {
          throw new HostError(
            'AssemblyUnsupported',
            `${logicalId}: only Lambda REQUEST authorizers run here`,
          );
        }
        const settings = {
          authorizer: functionOf(functionNameOf(properties.AuthorizerUri)),
          identitySource: properties.IdentitySource,
          ttlSeconds: properties.AuthorizerResultTtlInSeconds,
          simple: properties.EnableSimpleResponses,
        };
        return [logicalId, authorizer(settings)];
      }),
  );
};

const routesOf = (
  assembly: Assembly,
  functionOf: (name: string) => LocalFunction,
): (readonly [string, Route])[] => {
  const authorizers = authorizersOf(assembly, functionOf);
  const stage = only(assembly.stages, 'API stage')?.properties;
  return assembly.routes.map(({ logicalId, properties }) => {
    const { RouteKey: key, Target, AuthorizationType, AuthorizerId } = properties;
    const integration = assembly.integrations.find((found) => Target === `integrations/${found.logicalId}`);
    if (!integration) throw new HostError('AssemblyUnsupported', `${logicalId}: no Lambda integration`);
    const guard = AuthorizerId === undefined ? undefined : authorizers.get(AuthorizerId);
    if (AuthorizationType !== 'NONE' && !guard) {
      throw new HostError('AssemblyUnsupported', `${logicalId}: no authorizer for ${AuthorizationType}`);
    }
    const route: Route = {
      key,
      target: functionOf(functionNameOf(integration.properties.IntegrationUri)),
      timeoutMs: integration.properties.TimeoutInMillis,
      authorizer: guard,
      throttle: throttle({ ...stage?.DefaultRouteSettings, ...stage?.RouteSettings[key] }),
    };
    return [key, route];
  });
};

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
  const table = routeTable(routesOf(assembly, functionOf));

  const answer = async (
    incoming: IncomingMessage,
    request: HttpRequest,
    { route, pathParameters }: Match<Route>,
  ): Promise<HttpAnswer> => {
    if (!route.throttle.take(request.timeEpoch)) return problemAnswer('too-many-requests', request.rawPath);
    const body = await readBody(incoming);
    if (!body) return problemAnswer('payload-too-large', request.rawPath);
    const verdict = await route.authorizer?.decide(request, route.key, pathParameters);
    if (verdict && verdict.kind !== 'allowed') return problemAnswer(verdict.kind, request.rawPath);
    const context = contextOfRequest(request, route.key);
    const event = {
      ...commonEvent(request, route.key, pathParameters),
      requestContext: verdict ? { ...context, authorizer: { lambda: verdict.context } } : context,
      ...bodyOf(request, body),
    };
    const result = await inTime(route.target.invoke(event), route.timeoutMs);
    if (result === NOT_IN_TIME) return problemAnswer('unavailable', request.rawPath);
    const made = answerOf(result);
    if (!made) report(`${route.target.name}: its answer is not one that API Gateway understands`);
    return made ?? problemAnswer('internal', request.rawPath);
  };

  const send = (
    request: HttpRequest,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    made: HttpAnswer,
  ): void => {
    const bare = made.status === 204 || made.status === 304 || request.method === 'HEAD';
    // A body that was not read to its end cannot be followed by another request.
    const unread = !incoming.complete;
    outgoing.writeHead(made.status, {
      'x-request-id': request.requestId,
      ...corsHeaders(cors, request.headers['origin']),
      ...made.headers,
      ...(bare ? {} : { 'content-length': Buffer.byteLength(made.body) }),
      ...(unread && { connection: 'close' }),
    } satisfies Record<string, string | number | readonly string[]>);
    // Text leaves in one write with its headers, bytes in a second one.
    outgoing.end(bare ? undefined : made.body);
    if (unread) incoming.resume();
  };

  return async (incoming, outgoing) => {
    const request = requestOf(incoming, randomUUID(), Date.now());
    try {
      const asked = preflight(cors, request.method, incoming.headers);
      const match = asked ? undefined : table.match(request.method, request.rawPath);
      if (asked) send(request, incoming, outgoing, { status: 204, headers: asked, body: '' });
      else if (!match) send(request, incoming, outgoing, problemAnswer('not-found', request.rawPath));
      else send(request, incoming, outgoing, await answer(incoming, request, match));
    } catch (error) {
      if (incoming.destroyed && !incoming.complete) return;
      report(messageOf(error));
      if (!outgoing.headersSent)
        send(request, incoming, outgoing, problemAnswer('internal', request.rawPath));
    }
  };
};
