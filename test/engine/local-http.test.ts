import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Host, startHost } from '../../local/host.ts';
import { httpApi, requestAuthorizer, type Workspace, workspace } from './fixtures/assembly.ts';

const ECHO = 'export const handler = async (event) => ({ event });';
const AUTHORIZER = `let calls = 0;
export const handler = async (event) => {
  calls += 1;
  if (event.identitySource[0] === 'Bearer throw') throw new Error('Unauthorized');
  if (event.identitySource[0] === 'Bearer break') throw new Error('broken');
  return { isAuthorized: event.identitySource[0] !== 'Bearer no', context: { calls, type: event.type } };
};`;
const SHAPES = `export const handler = async ({ rawPath }) => {
  if (rawPath === '/shape/full') return { statusCode: 201, headers: { 'X-Own': 'yes' }, cookies: ['a=1', 'b=2'], body: 'made' };
  if (rawPath === '/shape/binary') return { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC', isBase64Encoded: true };
  if (rawPath === '/shape/bad') return { statusCode: 'many' };
  if (rawPath === '/shape/throw') throw new Error('secret detail');
  if (rawPath === '/shape/slow') await new Promise((resolve) => setTimeout(resolve, 5000));
  return 'plain';
};`;

const echoed = z.object({
  event: z.looseObject({
    version: z.literal('2.0'),
    routeKey: z.string(),
    rawPath: z.string(),
    rawQueryString: z.string(),
    headers: z.record(z.string(), z.string()),
    cookies: z.array(z.string()).optional(),
    queryStringParameters: z.record(z.string(), z.string()).optional(),
    pathParameters: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
    isBase64Encoded: z.boolean(),
    requestContext: z.looseObject({
      http: z.object({
        method: z.string(),
        path: z.string(),
        protocol: z.string(),
        sourceIp: z.string(),
        userAgent: z.string(),
      }),
      authorizer: z.object({ lambda: z.record(z.string(), z.unknown()) }).optional(),
      routeKey: z.string(),
      stage: z.literal('$default'),
    }),
  }),
});

describe('a request to the API', () => {
  let space: Workspace;
  let host: Host;
  const reports: string[] = [];

  beforeAll(async () => {
    space = workspace({
      functions: { Echo: ECHO, Guard: AUTHORIZER, Shapes: SHAPES },
      functionProperties: { Shapes: { Timeout: 1 } },
      app: {
        ...httpApi(
          {
            'GET /v1/events/{event}': { fn: 'Echo' },
            'GET /v1/events/gdec': { fn: 'Echo' },
            'POST /v1/events/{event}/check-ins': { fn: 'Echo' },
            'GET /guarded': { fn: 'Echo', authorizer: 'Authorizer' },
            'GET /guarded/other': { fn: 'Echo', authorizer: 'Authorizer' },
            'GET /limited': { fn: 'Echo' },
            'GET /shape/{name}': { fn: 'Shapes' },
            $default: { fn: 'Echo' },
          },
          {
            api: {
              CorsConfiguration: {
                AllowOrigins: ['https://door.example'],
                AllowMethods: ['GET', 'POST'],
                AllowHeaders: ['authorization'],
                MaxAge: 60,
              },
            },
            stage: { RouteSettings: { 'GET /limited': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } } },
          },
        ),
        Authorizer: requestAuthorizer('Guard'),
      },
    });
    host = await startHost({
      assembly: space.assembly,
      data: space.data,
      port: 0,
      report: (line) => reports.push(line),
    });
  });
  afterAll(async () => {
    await host.stop();
    space.remove();
  });

  const echo = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${host.baseUrl}${path}`, init);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    return echoed.parse(await response.json()).event;
  };
  /** What API Gateway answers by itself. */
  const message = async (response: Response) => {
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    return z.strictObject({ message: z.string() }).parse(await response.json()).message;
  };

  test('reaches the most specific route', async () => {
    expect((await echo('/v1/events/gdec')).routeKey).toBe('GET /v1/events/gdec');
    const other = await echo('/v1/events/fos%20dem?a=1&a=2&b=%C3%A9');
    expect(other).toMatchObject({
      routeKey: 'GET /v1/events/{event}',
      pathParameters: { event: 'fos dem' },
      rawQueryString: 'a=1&a=2&b=%C3%A9',
      queryStringParameters: { a: '1,2', b: 'é' },
    });
    expect((await echo('/v1/events/gdec', { method: 'DELETE' })).routeKey).toBe('$default');
    expect((await echo('/nowhere')).routeKey).toBe('$default');
  });

  test('carries text as text, binary as base64 and cookies apart', async () => {
    const text = await echo('/v1/events/gdec/check-ins', {
      method: 'POST',
      body: '{"scans":[]}',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'X-Two': 'x' },
    });
    expect(text).toMatchObject({ body: '{"scans":[]}', isBase64Encoded: false, cookies: ['a=1', 'b=2'] });
    expect(text.headers).toMatchObject({ 'x-two': 'x' });
    expect(text.headers).not.toHaveProperty('cookie');
    const binary = await echo('/v1/events/gdec/check-ins', {
      method: 'POST',
      body: new Uint8Array([0, 255, 1]),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(binary).toMatchObject({ body: 'AP8B', isBase64Encoded: true });
  });

  test('without a token gets 401, with a refused one 403, and a broken authorizer is 500', async () => {
    const missing = await fetch(`${host.baseUrl}/guarded`);
    expect([missing.status, await message(missing)]).toEqual([401, 'Unauthorized']);
    const answers: unknown[] = [];
    for (const token of ['no', 'throw', 'break']) {
      const response = await fetch(`${host.baseUrl}/guarded`, {
        headers: { authorization: `Bearer ${token}` },
      });
      answers.push([response.status, await message(response)]);
    }
    expect(answers).toEqual([
      [403, 'Forbidden'],
      [500, 'Internal Server Error'],
      [500, 'Internal Server Error'],
    ]);
  });

  test('is authorized once for all routes while the answer is cached', async () => {
    const headers = { authorization: 'Bearer cached' };
    const first = await echo('/guarded', { headers });
    const second = await echo('/guarded/other', { headers });
    expect(first.requestContext.authorizer?.lambda).toMatchObject({ type: 'REQUEST' });
    expect(second.requestContext.authorizer).toEqual(first.requestContext.authorizer);
  });

  test('of more than 10 MB gets 413, beyond the throttle 429', async () => {
    const large = await fetch(`${host.baseUrl}/v1/events/gdec/check-ins`, {
      method: 'POST',
      body: 'x'.repeat(10 * 1024 * 1024 + 1),
    });
    expect(large.status).toBe(413);
    expect(await message(large)).toBe('Request Entity Too Large');
    const answers = await Promise.all(Array.from({ length: 4 }, () => fetch(`${host.baseUrl}/limited`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
    const refused = answers.filter(({ status }) => status === 429);
    expect(await Promise.all(refused.map(message))).toEqual(['Too Many Requests', 'Too Many Requests']);
  });

  test('of more than 10 MB is heard out: a client that still sends is not cut off from its answer', async () => {
    const { hostname, port } = new URL(host.baseUrl);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    const length = 10 * 1024 * 1024 + 1;
    socket.write(`POST /v1/events/gdec/check-ins HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(answer).toContain('Request Entity Too Large');
    socket.write(`${'x'.repeat(length)}GET /limited HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [next] = await once(socket, 'data');
    expect(next).toMatch(/^HTTP\/1.1 (?:200|429)/);
    socket.destroy();
  });

  test('is answered as the function says, and never with its internals', async () => {
    const full = await fetch(`${host.baseUrl}/shape/full`);
    expect([full.status, full.headers.get('x-own'), full.headers.getSetCookie(), await full.text()]).toEqual([
      201,
      'yes',
      ['a=1', 'b=2'],
      'made',
    ]);
    const binary = await fetch(`${host.baseUrl}/shape/binary`);
    expect(new Uint8Array(await binary.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
    expect(await (await fetch(`${host.baseUrl}/shape/plain`)).text()).toBe('plain');
    for (const name of ['bad', 'throw', 'slow']) {
      const response = await fetch(`${host.baseUrl}/shape/${name}`);
      expect(response.status).toBe(500);
      expect(await message(response)).toBe('Internal Server Error');
    }
    expect(reports.some((line) => line.includes('timed out after 1.00 seconds'))).toBe(true);
  });

  test('of a browser is allowed from the listed origin only', async () => {
    const asking = { origin: 'https://door.example', 'access-control-request-method': 'POST' };
    const allowed = await fetch(`${host.baseUrl}/guarded`, { method: 'OPTIONS', headers: asking });
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://door.example');
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET,POST');
    const foreign = await fetch(`${host.baseUrl}/guarded`, {
      method: 'OPTIONS',
      headers: { ...asking, origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const simple = await fetch(`${host.baseUrl}/v1/events/gdec`, {
      headers: { origin: 'https://door.example' },
    });
    expect(simple.headers.get('access-control-allow-origin')).toBe('https://door.example');
    await simple.arrayBuffer();
  });
});
