import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { operation } from '../../shared/contract/operation.ts';
import { type HttpEvent, httpApi, on } from '../../shared/runtime/http.ts';

const echo = operation({
  id: 'echo',
  method: 'POST',
  path: '/v1/echo',
  function: 'meta',
  access: 'public',
  summary: 'Says back what it was told',
  body: z.strictObject({ text: z.string() }),
  answers: { 200: z.unknown() },
});

const handler = httpApi([on(echo, async ({ body }) => ({ status: 200, body }))]);

const answer = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

const send = async (body: string, headers: Record<string, string> = {}, to = handler) => {
  const event = z.custom<HttpEvent>().parse({
    routeKey: 'POST /v1/echo',
    rawPath: '/v1/echo',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    requestContext: { requestId: 'r1' },
  });
  return answer.parse(await to(event, z.custom<Context>().parse({})));
};

afterEach(() => vi.unstubAllEnvs());

describe('a request', () => {
  test('that is packed is not unpacked: a small body could become a very large one', async () => {
    for (const encoding of ['gzip', 'GZIP, br', 'zstd']) {
      const { statusCode, body } = await send('{"text":"a"}', { 'content-encoding': encoding });
      expect([statusCode, JSON.parse(body).type]).toEqual([415, '/problems/unsupported-media-type']);
    }
    expect(await send('{"text":"a"}', { 'content-encoding': 'identity' })).toMatchObject({ statusCode: 200 });
  });

  test('is read to 64 KB where its operation says nothing else', async () => {
    expect(await send(JSON.stringify({ text: 'a'.repeat(60_000) }))).toMatchObject({ statusCode: 200 });
    expect(await send(JSON.stringify({ text: 'a'.repeat(66_000) }))).toMatchObject({ statusCode: 413 });
  });
});

describe('an answer', () => {
  test('is taken for what it says it is, by browsers too', async () => {
    for (const body of ['{"text":"<script>"}', 'no json']) {
      expect((await send(body)).headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('names its problem at the address that the deployment has', async () => {
    vi.stubEnv('PUBLIC_URL', 'https://events.example.org');
    vi.resetModules();
    const loaded = await import('../../shared/runtime/http.ts');
    vi.unstubAllEnvs();
    const { body } = await send(
      'no json',
      {},
      loaded.httpApi([loaded.on(echo, async () => ({ status: 200 }))]),
    );
    expect(JSON.parse(body)).toMatchObject({ type: 'https://events.example.org/problems/validation' });
  });
});
