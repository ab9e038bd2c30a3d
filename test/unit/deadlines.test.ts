import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadlines } from '../../shared/runtime/clients.ts';

// A connection that dies without a word (a moved address, a lost packet) would hold a door until its function times out.
let hanging = 0;
let stalled = 0;
const sockets = new Set<unknown>();
const server = createServer((request, response) => {
  sockets.add(request.socket);
  if (hanging > 0) {
    hanging -= 1;
    return;
  }
  if (stalled > 0) {
    stalled -= 1;
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"Item":');
    return;
  }
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.end(JSON.stringify({ Item: { pk: { S: 'here' } } }));
});
let client: DynamoDBClient;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  client = new DynamoDBClient({
    ...deadlines,
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const get = () => client.send(new GetItemCommand({ TableName: 'T', Key: { pk: { S: 'here' } } }));

test('a call whose connection hangs is tried on another one, and so are those after it', async () => {
  await get();
  hanging = 1;
  expect((await get()).Item).toEqual({ pk: { S: 'here' } });
  expect(sockets.size).toBe(2);
  expect((await get()).Item).toEqual({ pk: { S: 'here' } });
}, 10_000);

test('an answer that stops in the middle is asked for again', async () => {
  stalled = 1;
  expect((await get()).Item).toEqual({ pk: { S: 'here' } });
}, 10_000);

test('a call that never gets an answer ends within the time of the shortest function, 10 s', async () => {
  hanging = Number.POSITIVE_INFINITY;
  const begun = performance.now();
  await expect(get()).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(10_000);
  hanging = 0;
  expect((await get()).Item).toEqual({ pk: { S: 'here' } });
}, 20_000);
