import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem, ApiUnreachable, apiClient } from '../../shared/client/api.ts';

// Pages, commands and the rehearsal all speak through this client: what it gets wrong, all of them get wrong.

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const seen: Seen[] = [];
let respond: (response: ServerResponse, attempt: number) => void;
let baseUrl = '';
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  seen.push({ method, url, headers, body: await text(request) });
  respond(response, seen.length);
});

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  respond = (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  baseUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  seen.length = 0;
  json(200, {});
});

const retry = { withinMs: 5_000, pauseMs: 1, maxPauseMs: 4 };

describe('what is sent', () => {
  it('fills the path, leaves out what is not given and says who asks', async () => {
    const tokens = ['token-1', 'token-2'];
    const api = apiClient({ baseUrl: `${baseUrl}/`, token: async () => tokens.shift() });
    await api.call('GET /v1/events/{event}/badges/{badge}', { params: { event: 'a b', badge: 'x/y' } });
    await api.call('GET /v1/events/{event}/devices', {
      params: { event: 'gdec-2023' },
      query: { limit: 10, cursor: undefined },
    });
    expect(seen.map(({ url }) => url)).toEqual([
      '/v1/events/a%20b/badges/x%2Fy',
      '/v1/events/gdec-2023/devices?limit=10',
    ]);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  it('sends JSON, or a file as it is, and the version that was read', async () => {
    const api = apiClient({ baseUrl });
    const params = { event: 'gdec-2023' };
    await api.call('POST /v1/events/{event}/devices', { params, body: { name: 'Door 3', role: 'scanner' } });
    await api.call('POST /v1/events/{event}/badges', {
      params,
      raw: { content: 'badgeId,category\nB-1,vip\n', mediaType: 'text/csv' },
    });
    await api.call('POST /v1/events/{event}/announcements/{announcement}/publish', {
      params: { ...params, announcement: 'n1' },
      ifMatch: '"3"',
    });
    expect(seen.map(({ body }) => body)).toEqual([
      '{"name":"Door 3","role":"scanner"}',
      'badgeId,category\nB-1,vip\n',
      '',
    ]);
    expect(seen.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'text/csv',
      undefined,
    ]);
    expect(seen[2]?.headers['if-match']).toBe('"3"');
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });
});

it('does not compile where the contract says otherwise', async () => {
  const api = apiClient({ baseUrl });
  const params = { event: 'gdec-2023' };
  // @ts-expect-error no such route
  await api.call('GET /v1/nothing');
  // @ts-expect-error the event is missing
  await api.call('GET /v1/events/{event}/devices');
  // @ts-expect-error no such query
  await api.call('GET /v1/events/{event}/devices', { params, query: { page: 2 } });
  // @ts-expect-error no such role
  await api.call('POST /v1/events/{event}/devices', { params, body: { name: 'Door', role: 'guard' } });
  // @ts-expect-error the code is missing
  await api.call('POST /v1/devices/pair', {});
  const doomed = { ...params, device: 'd' };
  // @ts-expect-error takes no body at all
  await api.call('POST /v1/events/{event}/devices/{device}/revoke', { params: doomed, body: {} });
  const { body } = await api.call('GET /v1/events/{event}/devices', { params });
  // @ts-expect-error a list has items
  expect(body.devices).toBeUndefined();
});

describe('what is answered', () => {
  it('gives the body with its ETag, and nothing where nothing has changed', async () => {
    const api = apiClient({ baseUrl });
    const params = { event: 'gdec-2023' };
    json(200, { revokedBadges: ['B-1'] }, { etag: '"7"' });
    const first = await api.call('GET /v1/events/{event}/scanner', { params });
    expect(first).toMatchObject({ status: 200, etag: '"7"', body: { revokedBadges: ['B-1'] } });
    respond = (response) => response.writeHead(304, { etag: '"7"' }).end();
    expect(await api.changed('GET /v1/events/{event}/scanner', first.etag, { params })).toBeUndefined();
    expect(seen[1]?.headers['if-none-match']).toBe('"7"');
  });

  it('expects no body of what has not changed, though the type of one is named as API Gateway does', async () => {
    const api = apiClient({ baseUrl });
    const call = { params: { event: 'gdec-2023' } };
    respond = (response) =>
      response.writeHead(304, { etag: '"7"', 'content-type': 'application/json' }).end();
    expect(await api.changed('GET /v1/events/{event}/scanner', '"7"', call)).toBeUndefined();
  });

  it('keeps text as text', async () => {
    respond = (response) => response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b\n');
    const { body } = await apiClient({ baseUrl }).call('GET /v1/events/{event}/attendance.csv', {
      params: { event: 'gdec-2023' },
    });
    expect(body).toBe('a,b\n');
  });

  it('throws a problem as it was answered, with its places', async () => {
    const errors = [{ pointer: '/name', detail: 'is missing' }];
    json(400, {
      type: 'https://turnout.example/problems/validation',
      title: 'The request is not valid',
      status: 400,
      detail: 'The body is not valid: /name is missing',
      instance: '/',
      errors,
    });
    const failing = apiClient({ baseUrl }).call('GET /v1/health');
    await expect(failing).rejects.toBeInstanceOf(ApiProblem);
    await expect(failing).rejects.toMatchObject({
      status: 400,
      code: 'validation',
      message: 'The body is not valid: /name is missing',
      errors,
    });
  });

  it.each([
    [401, '{"message":"Unauthorized"}', 'unauthorized', 'Unauthorized'],
    [413, '{"message":"Request Too Long"}', 'payload-too-large', 'Request Too Long'],
    [502, '<html>Bad gateway</html>', 'unknown', 'The server answered 502'],
    [418, 'null', 'unknown', 'The server answered 418'],
  ])('gives what a gateway says of %i a code', async (status, body, code, message) => {
    respond = (response) => response.writeHead(status).end(body);
    await expect(apiClient({ baseUrl }).call('GET /v1/health')).rejects.toMatchObject({
      status,
      code,
      message,
    });
  });

  it.each([
    ['a page', 200, 'text/html', '<h1>Welcome</h1>'],
    ['a page that asks for a sign-in', 401, 'text/html; charset=utf-8', '<h1>Sign in</h1>'],
    ['a page that knows no such address', 404, 'text/html', '<h1>Not found</h1>'],
    ['a word', 200, 'text/plain', 'Success'],
    ['a torn answer', 200, 'application/json', '{"results": ['],
  ])('takes %s of a network’s portal for no answer', async (_, status, mediaType, said) => {
    respond = (response) => response.writeHead(status, { 'content-type': mediaType }).end(said);
    await expect(apiClient({ baseUrl }).call('GET /v1/health')).rejects.toBeInstanceOf(ApiUnreachable);
  });
});

describe('when it fails', () => {
  it('says that nobody answered, and why', async () => {
    respond = (response) => response.destroy();
    const failing = apiClient({ baseUrl }).call('GET /v1/health');
    await expect(failing).rejects.toBeInstanceOf(ApiUnreachable);
    await expect(failing).rejects.toThrow(`${baseUrl} cannot be reached`);
    expect(seen).toHaveLength(1);
  });

  it('gives up an attempt in time', async () => {
    respond = () => undefined;
    const failing = apiClient({ baseUrl, timeoutMs: 20 }).call('GET /v1/health');
    await expect(failing).rejects.toBeInstanceOf(ApiUnreachable);
  });

  it('stops at once when the caller no longer wants it', async () => {
    const leaving = new AbortController();
    respond = () => leaving.abort(new Error('the page was left'));
    const failing = apiClient({ baseUrl, retry }).call('GET /v1/health', { signal: leaving.signal });
    await expect(failing).rejects.toThrow('the page was left');
    expect(seen).toHaveLength(1);
  });

  it('repeats what passes, at the time that is asked for, and tells', async () => {
    const told: string[] = [];
    respond = (response, attempt) => {
      if (attempt === 1) return response.destroy();
      if (attempt === 2)
        return response.writeHead(429, { 'retry-after': '0' }).end('{"message":"Slow down"}');
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    };
    const onRetry = (error: Error) => void told.push(error.name);
    const { body } = await apiClient({ baseUrl, retry: { ...retry, onRetry } }).call('GET /v1/health');
    expect(body.status).toBe('ok');
    expect(told).toEqual(['ApiUnreachable', 'ApiProblem']);
  });

  it('does not wait beyond its time, nor repeat what will not change', async () => {
    json(503, { message: 'Service Unavailable' }, { 'retry-after': '3600' });
    const api = apiClient({ baseUrl, retry });
    await expect(api.call('GET /v1/health')).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(seen).toHaveLength(1);
    json(404, { message: 'Not Found' });
    await expect(api.call('GET /v1/health')).rejects.toMatchObject({ status: 404 });
    expect(seen).toHaveLength(2);
  });
});

describe('in a page', () => {
  it('brings no schema along and weighs less than 3 KB', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ['shared/client/api.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      metafile: true,
    });
    expect(Object.keys(metafile.inputs).sort()).toEqual([
      'shared/client/api-errors.ts',
      'shared/client/api.ts',
    ]);
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(3_000);
  });
});
