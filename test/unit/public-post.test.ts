import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPublicAddress, publicPost } from '../../functions/deliver/public-post.ts';

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
  const forms = [
    ...[
      '127.0.0.1',
      '127.1',
      '127.255.255.254',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0x7f.1',
      '017700000001',
    ],
    ...[
      '10.0.0.1',
      '10.255.255.255',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '192.168.255.255',
      '0xa000001',
    ],
    ...['169.254.169.254', '169.254.170.2', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.0.0'],
    ...[
      '0.0.0.0',
      '0',
      '0.1.2.3',
      '100.64.0.1',
      '100.127.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.7',
    ],
    ...[
      '203.0.113.9',
      '224.0.0.1',
      '239.255.255.250',
      '240.0.0.1',
      '255.255.255.255',
      '198.19.255.255',
      '192.88.99.1',
    ],
    ...[
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::ffff:10.0.0.1]',
      '[::ffff:169.254.169.254]',
    ],
    ...[
      '[fe80::1]',
      '[fc00::1]',
      '[fd12:3456::1]',
      '[fd00:ec2::254]',
      '[ff02::1]',
      '[2001:db8::1]',
      '[100::1]',
    ],
    ...[
      '[64:ff9b::7f00:1]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:7f00:1::]',
      '[2002:a9fe:a9fe::]',
      '[2001::1]',
      '[::127.0.0.1]',
    ],
    ...[
      '[0:0:0:0:0:0:0:1]',
      '[0:0:0:0:0:ffff:7f00:0001]',
      '[::ffff:0:127.0.0.1]',
      '[fec0::1]',
      '[64:ff9b:1::1]',
    ],
    ...[
      'localhost',
      '[::ffff:0a00:1]',
      'LOCALHOST',
      '127.0.0.1.',
      '１２７.０.０.１',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
    ],
  ];
  test.each(forms)('%s', async (host) => {
    const post = publicPost({ loopback: false, timeoutMs: 1_000 });
    const url = URL.parse(`https://${host}/latest/meta-data`);
    if (!url) return expect(url).toBeNull();
    const answer = await post(url.href, '{}', {});
    expect(answer).toMatchObject({ kind: 'failed', cause: expect.stringContaining('public') });
  });

  test('a name that resolves to something else at the moment of connecting', async () => {
    vi.resetModules();
    const answers = ['127.0.0.1', '10.0.0.1', '::1', '169.254.169.254'];
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
  test('no answer at all', async () => {
    expect(await post(`${base}/silent`, '{}', {})).toMatchObject({ kind: 'failed' });
  });
  test('nobody there', async () => {
    expect(await post('http://127.0.0.1:1/', '{}', {})).toEqual({ kind: 'failed', cause: 'ECONNREFUSED' });
  });
  test('the call after those works', async () => {
    expect(await post(`${base}/ok`, '{}', {})).toEqual({ kind: 'answered', status: 204 });
  });
});
