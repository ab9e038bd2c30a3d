import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, type TestContext, test } from 'vitest';
import { deadlines } from '../../shared/runtime/clients.ts';

// All clients of a process share connections: whoever closes them ends the calls of the others.
afterAll(() => deadlines.requestHandler.destroy?.());

/** What becomes of a request, but for an answer. */
type Fault = 'hangs' | 'stalls';

/** A table on a server of its own, and what it answers, so that the tests can wait at the same time. */
const aTable = async ({ onTestFinished }: TestContext) => {
  /** Of the next requests, in turn. */
  const faults: Fault[] = [];
  const sockets = new Set<unknown>();
  const state = { dead: false };
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    const fault = state.dead ? 'hangs' : faults.shift();
    if (fault === 'hangs') return;
    if (fault === 'stalls') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"Item":');
      return;
    }
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ Item: { pk: { S: 'here' } } }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new DynamoDBClient({
    ...deadlines,
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = async () =>
    (await client.send(new GetItemCommand({ TableName: 'T', Key: { pk: { S: 'here' } } }))).Item;
  return { faults, sockets, state, get };
};

const here = { pk: { S: 'here' } };

// A connection that dies without a word (a moved address, a lost packet) would hold a door until its function times out.
test.concurrent('a call whose connection hangs is tried on another one, and so are those after it', async (context) => {
  const { faults, sockets, get } = await aTable(context);
  await get();
  faults.push('hangs');
  context.expect(await get()).toEqual(here);
  context.expect(sockets.size).toBe(2);
  context.expect(await get()).toEqual(here);
}, 10_000);

test.concurrent('an answer that stops in the middle is asked for again', async (context) => {
  const { faults, get } = await aTable(context);
  faults.push('stalls');
  context.expect(await get()).toEqual(here);
  context.expect(faults).toEqual([]);
}, 10_000);

test.concurrent('a call that never gets an answer ends within the time of the shortest function, 10 s', async (context) => {
  const { state, get } = await aTable(context);
  state.dead = true;
  const begun = performance.now();
  await context.expect(get()).rejects.toThrow();
  context.expect(performance.now() - begun).toBeLessThan(10_000);
  state.dead = false;
  context.expect(await get()).toEqual(here);
}, 20_000);
