import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod/v4/core';
import { type Answered, type InputOf, routeKey } from '../contract/operation.ts';
import { Problem, parse } from '../contract/problem.ts';
import { parseJson } from './json-body.ts';
import { log } from './log.ts';
import { assertMay, type Principal, principalFromContext } from './principal.ts';
import { publicUrl } from './public-url.ts';
import { problemOfStore } from './store-problems.ts';

/** An HTTP API event (payload format 2.0), with the Lambda authorizer's context where there is one. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { lambda?: unknown } };
};

export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  /** Undefined when `text` came in another media type than JSON. */
  readonly body: Body;
  /** The body as text, for operations with `rawBody`. */
  readonly text: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly principal: Principal;
  readonly requestId: string;
  readonly path: string;
  /** Address of who sent it, as API Gateway saw it: of the visitor, or of what stands between. */
  readonly sourceIp?: string | undefined;
}

/** The call of an operation: `CallOf<typeof createCheckIns>`. */
export type CallOf<Op> = Call<InputOf<Op>['params'], InputOf<Op>['query'], InputOf<Op>['body']>;

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent as it is, instead of `body` as JSON. */
  readonly text?: string;
  /** Sent as they are, instead of `body`. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Route {
  readonly key: string;
  readonly answer: (event: HttpEvent, requestId: string) => Promise<Answer>;
}

/** Plenty for one thing; operations that take many say so. */
const DEFAULT_MAX_BYTES = 64 * 1024;

const bodyText = (event: HttpEvent): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');

const mediaType = (event: HttpEvent): string =>
  (event.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** An operation without a schema for a part takes nothing there. */
function parseIf<T extends z.$ZodType>(schema: T | undefined, value: unknown, what: string): z.output<T>;
function parseIf(schema: z.$ZodType | undefined, value: unknown, what: string): unknown {
  return schema ? parse(schema, value, what) : undefined;
}

const readText = ({ body: schema, maxBytes = DEFAULT_MAX_BYTES }: Answered, event: HttpEvent): string => {
  if (!schema) return '';
  const encoding = event.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity') {
    throw new Problem(
      'unsupported-media-type',
      `Bodies in ${encoding.slice(0, 40)} are not read here: send it plain`,
    );
  }
  const text = bodyText(event);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new Problem(
      'payload-too-large',
      `The body has ${bytes} bytes; at most ${maxBytes} are read here. Send less at once.`,
    );
  }
  return text;
};

/** Whether the body is to be handed over as text, in one of the operation's own media types. */
const staysText = ({ rawBody }: Answered, event: HttpEvent): boolean => {
  if (!rawBody) return false;
  const type = mediaType(event) || 'application/json';
  if (!rawBody.includes(type)) {
    throw new Problem('unsupported-media-type', `${type} is not read here; send ${rawBody.join(' or ')}`);
  }
  return type !== 'application/json';
};

/** Ties an operation of the contract to the code that does it: access, parsing and validation come before. */
export const on = <Params extends z.$ZodType, Query extends z.$ZodType, Body extends z.$ZodType>(
  operation: Answered<Params, Query, Body>,
  handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer>,
  verify: (event: HttpEvent) => Promise<Principal> = async (event) =>
    principalFromContext(event.requestContext.authorizer?.lambda),
): Route => ({
  key: routeKey(operation),
  answer: async (event, requestId) => {
    const principal = await verify(event);
    if (operation.access !== 'public' && operation.access !== 'optional') {
      assertMay(principal, operation.access, event.pathParameters?.['event']);
    }
    const text = readText(operation, event);
    const stays = staysText(operation, event);
    return handle({
      params: parseIf(operation.params, event.pathParameters ?? {}, 'The path'),
      query: parseIf(operation.query, event.queryStringParameters ?? {}, 'The query'),
      body: stays
        ? parseIf<Body>(undefined, undefined, '')
        : parseIf(operation.body, parseJson(text, operation.anyText === true), 'The body'),
      text,
      headers: event.headers,
      principal,
      requestId,
      path: event.rawPath,
      sourceIp: event.requestContext.http?.sourceIp,
    });
  },
});

/** As `on`, for what an event has: of one that does not exist, or has just been deleted, nothing is asked any further. */
export const onEvent =
  (existing: (event: string) => Promise<unknown>) =>
  <Params extends z.$ZodType<{ event: string }>, Query extends z.$ZodType, Body extends z.$ZodType>(
    operation: Answered<Params, Query, Body>,
    handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer>,
  ): Route =>
    on(operation, async (call) => {
      await existing(call.params.event);
      return handle(call);
    });

const respond = (answer: Answer, requestId: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: answer.status,
  headers: {
    ...(answer.body !== undefined && { 'content-type': 'application/json' }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    'x-request-id': requestId,
  },
  ...(answer.bytes !== undefined
    ? { body: Buffer.from(answer.bytes).toString('base64'), isBase64Encoded: true }
    : answer.text !== undefined
      ? { body: answer.text }
      : answer.body !== undefined && { body: JSON.stringify(answer.body) }),
});

const respondProblem = (problem: Problem, path: string, requestId: string) =>
  respond(
    {
      status: problem.status,
      body: problem.toDetails(`${path}#${requestId}`, publicUrl()),
      headers: { ...problem.headers, 'content-type': 'application/problem+json' },
    },
    requestId,
  );

const asProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const known = problemOfStore(error);
  if (known) return known;
  return new Problem(
    'internal',
    'The request failed on our side. Send it again; the request id helps us find out why.',
    {
      cause: error,
    },
  );
};

/**
 * The handler of an HTTP function: answers each of its routes, and every error as RFC 9457 problem details.
 * `fallback` answers what no route matches.
 */
export const httpApi = (
  routes: readonly Route[],
  fallback: Route['answer'] = async ({ rawPath }) => {
    throw new Problem('not-found', `There is nothing at ${rawPath}`);
  },
) => {
  const byKey = new Map(routes.map((route) => [route.key, route.answer]));
  return middy<HttpEvent, APIGatewayProxyStructuredResultV2>()
    .onError((request) => {
      const problem = asProblem(request.error);
      const requestId = requestIdOf(request.event);
      if (problem.status >= 500) log.error('request failed', { requestId, error: describe(problem.cause) });
      request.response = respondProblem(problem, request.event.rawPath, requestId);
    })
    .handler(async (event: HttpEvent, _context: Context) => {
      const requestId = requestIdOf(event);
      const answer = byKey.get(event.routeKey) ?? fallback;
      return respond(await answer(event, requestId), requestId);
    });
};

const requestIdOf = (event: HttpEvent): string => event.requestContext.requestId || randomUUID();

const describe = (cause: unknown) =>
  cause instanceof Error
    ? { name: cause.name, message: cause.message, stack: cause.stack }
    : { name: typeof cause };
