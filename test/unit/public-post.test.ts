import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPublicAddress, publicPost } from '../../functions/deliver/public-post.ts';
import { privateHosts } from '../support/private-hosts.ts';

type Bytes = [number, number, number, number];
const byte = fc.nat(255);
const privateAddress = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
  fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
  fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
  fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
);
const whole = ([a, b, c, d]: Bytes): number => ((a * 256 + b) * 256 + c) * 256 + d;
const octal = (part: number): string => `0${part.toString(8)}`;
const hex = (part: number): string => `0x${part.toString(16)}`;
const groups = ([a, b, c, d]: Bytes): string => `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
const spellings: readonly ((bytes: Bytes) => string)[] = [
  (bytes) => bytes.join('.'),
  (bytes) => `${bytes.join('.')}.`,
  (bytes) => String(whole(bytes)),
  (bytes) => hex(whole(bytes)),
  (bytes) => octal(whole(bytes)),
  (bytes) => bytes.map(octal).join('.'),
  (bytes) => bytes.map(hex).join('.'),
  ([a, b, c, d]) => `${hex(a)}.${octal(b)}.${c * 256 + d}`,
  ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (bytes) => bytes.join('。'),
  (bytes) => `[::ffff:${bytes.join('.')}]`,
  (bytes) => `[::ffff:${groups(bytes)}]`,
  (bytes) => `[::${groups(bytes)}]`,
  (bytes) => `[64:ff9b::${groups(bytes)}]`,
  (bytes) => `[64:ff9b:1::${groups(bytes)}]`,
  (bytes) => `[2002:${groups(bytes)}::1]`,
];

let server: Server;
let base: string;
const seen: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    if (request.url === '/redirect') {
      response.writeHead(302, { location: `${base}/secret` }).end();
    } else if (request.url === '/endless') {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(64 * 1024)), 1);
      response.on('close', () => clearInterval(timer));
    } else if (request.url === '/stuck') {
      response.writeHead(202).write('.');
    } else if (request.url === '/broken') {
      response.writeHead(202).write('.', () => request.socket.resetAndDestroy());
    } else if (request.url === '/upgrade') {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    } else if (request.url === '/garbage') {
      request.socket.end('+OK POP3 ready\r\n');
    } else if (request.url !== '/silent') {
      response.writeHead(204).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a webhook would reach into our own network', () => {
  const post = publicPost({ loopback: false, timeoutMs: 1_000 });
  const refused = { kind: 'failed', cause: expect.stringContaining('public') };

  test.each(privateHosts)('%s', async (host) => {
    expect(await post(new URL(`https://${host}/latest/meta-data`).href, '{}', {})).toEqual(refused);
  });

  test('any private address in any spelling', async () => {
    await fc.assert(
      fc.asyncProperty(privateAddress, fc.constantFrom(...spellings), async (bytes, spell) => {
        expect(await post(new URL(`https://${spell(bytes)}/`).href, '{}', {})).toEqual(refused);
      }),
      { numRuns: 300 },
    );
  });

  test('a name that resolves to something else at the moment of connecting', async () => {
    vi.resetModules();
    const answers = ['127.0.0.1', '10.0.0.1', '::1', '169.254.169.254', '::ffff:7f00:1', '64:ff9b::7f00:1'];
    vi.doMock('node:dns', () => ({
      lookup: (_name: string, _options: object, callback: (e: null, all: object[]) => void) =>
        callback(
          null,
          answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
    }));
    const { publicPost: rebound } = await import('../../functions/deliver/public-post.ts');
    const before = seen.length;
    const answer = await rebound({ loopback: false, timeoutMs: 1_000 })(
      `https://rebind.example.org:${new URL(base).port}/`,
      '{}',
      {},
    );
    expect(answer).toEqual({ kind: 'failed', cause: 'its name has no public address' });
    expect(seen).toHaveLength(before);
    vi.doUnmock('node:dns');
  });

  test.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '8.8.8.8'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a receiver would hold us up or lead us astray', () => {
  const post = publicPost({ loopback: true, timeoutMs: 500 });
  test('a redirect is an answer like any other', async () => {
    expect(await post(`${base}/redirect`, '{}', {})).toEqual({ kind: 'answered', status: 302 });
    expect(seen).not.toContain('/secret');
  });
  test('an answer without an end', async () => {
    expect(await post(`${base}/endless`, '{}', {})).toEqual({ kind: 'answered', status: 200 });
  });
  // It has the message, so it would get it ten times more, and be given up.
  test.each(['stuck', 'broken'])('an answer that is %s after its status', async (path) => {
    expect(await post(`${base}/${path}`, '{}', {})).toEqual({ kind: 'answered', status: 202 });
  });
  test('no answer at all', async () => {
    expect(await post(`${base}/silent`, '{}', {})).toEqual({ kind: 'failed', cause: 'no answer in time' });
  });
  // Nothing would ever be heard of it, nor of the others of its task.
  test('a wish to go on in another protocol', async () => {
    const answer = await post(`${base}/upgrade`, '{}', {});
    expect(answer).toEqual({ kind: 'failed', cause: 'no answer to the request' });
  });
  test('an answer in another protocol', async () => {
    expect(await post(`${base}/garbage`, '{}', {})).toEqual({
      kind: 'failed',
      cause: 'its answer is not HTTP',
    });
  });
  test('nobody there', async () => {
    expect(await post('http://127.0.0.1:1/', '{}', {})).toEqual({ kind: 'failed', cause: 'ECONNREFUSED' });
  });
  test('the call after those works', async () => {
    expect(await post(`${base}/ok`, '{}', {})).toEqual({ kind: 'answered', status: 204 });
  });
});
