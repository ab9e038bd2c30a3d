import type { IncomingMessage } from 'node:http';
import * as z from 'zod';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (payload format 2.0) */
export interface HttpRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly query: Readonly<Record<string, string>> | undefined;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly timeEpoch: number;
}

const TEXTUAL = /^(text\/|application\/(json|javascript|xml)\b|application\/[^;]+\+(json|xml)\b)/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** Common log format, as `requestContext.time`. */
const commonLogTime = (epoch: number): string => {
  const at = new Date(epoch);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
};

const joinedHeaders = (incoming: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && name !== 'cookie')
      headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
};

const queryOf = (raw: string): Record<string, string> | undefined => {
  if (raw === '') return undefined;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = query[name];
    query[name] = before === undefined ? value : `${before},${value}`;
  }
  return query;
};

export const requestOf = (incoming: IncomingMessage, requestId: string, timeEpoch: number): HttpRequest => {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const rawQueryString = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: incoming.method ?? 'GET',
    rawPath: mark < 0 ? url : url.slice(0, mark),
    rawQueryString,
    headers: joinedHeaders(incoming),
    cookies: incoming.headers.cookie?.split(/; */) ?? [],
    query: queryOf(rawQueryString),
    sourceIp: incoming.socket.remoteAddress?.replace('::ffff:', '') ?? '127.0.0.1',
    requestId,
    timeEpoch,
  };
};

/** The fields that a function's and an authorizer's event have in common. */
export const commonEvent = (
  request: HttpRequest,
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
) => ({
  version: '2.0',
  routeKey,
  rawPath: request.rawPath,
  rawQueryString: request.rawQueryString,
  ...(request.cookies.length > 0 && { cookies: request.cookies }),
  headers: request.headers,
  ...(request.query && { queryStringParameters: request.query }),
  ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
});

export const contextOfRequest = (request: HttpRequest, routeKey: string) => {
  const host = request.headers['host'] ?? 'localhost';
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName: host,
    domainPrefix: host.split('.', 1)[0] ?? host,
    http: {
      method: request.method,
      path: request.rawPath,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: request.requestId,
    routeKey,
    stage: '$default',
    time: commonLogTime(request.timeEpoch),
    timeEpoch: request.timeEpoch,
  };
};

export const bodyOf = (request: HttpRequest, body: Buffer): { body?: string; isBase64Encoded: boolean } => {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = request.headers['content-type'];
  const textual =
    (type === undefined || TEXTUAL.test(type)) && request.headers['content-encoding'] === undefined;
  return textual
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
};

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

const structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** A function's result as an answer; undefined when it is malformed (the gateway then answers 500). */
export const answerOf = (result: unknown): HttpAnswer | undefined => {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    // Without a status code, whatever was returned is the body of a 200.
    const body = typeof result === 'string' ? result : (JSON.stringify(result) ?? '');
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const lower: Record<string, string | readonly string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(headers ?? {})) lower[name.toLowerCase()] = value;
  if (cookies && cookies.length > 0) lower['set-cookie'] = cookies;
  return {
    status: statusCode,
    headers: lower,
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
};
