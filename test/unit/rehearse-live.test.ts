import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Client } from '../../rehearse/client.ts';
import { LiveScreen } from '../../rehearse/live.ts';

// The rehearsal watches the live channel as an organizer's screen does. What it was not sent, it must miss.

const nothing = { inside: 0, attended: 0, entries: 0, exits: 0, refused: 0 };
const one = { ...nothing, inside: 1, attended: 1, entries: 1 };
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** A host that knows of one scan and pushes what it is told to. */
const aHost = async (pushed: Readonly<Record<string, unknown>> | undefined) => {
  const server = createServer((request, response) => {
    const { host = '' } = request.headers;
    const body = request.url?.endsWith('/live')
      ? {
          url: `ws://${host}/`,
          protocol: 'aws-appsync-event-ws',
          channel: '/counts/e',
          renewInMs: 300_000,
          authorization: {},
        }
      : { asOf: '2023-07-04T11:30:00.000Z', sessions: [], venues: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'aws-appsync-event-ws' });
  const answer = (socket: WebSocket, { type, id }: { type: string; id: string }) => {
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type !== 'subscribe') return;
    socket.send(JSON.stringify({ type: 'subscribe_success', id }));
    if (pushed) socket.send(JSON.stringify({ type: 'data', id, event: JSON.stringify([pushed]) }));
  };
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => answer(socket, JSON.parse(String(data))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = new Client(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, 2);
  const screen = new LiveScreen({ client, event: 'e', viewerToken: 'token' }, ['forum-ai']);
  open.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => client.close(),
    () => screen.stop(),
  );
  await screen.connected();
  return screen;
};

const ledger = new Map([['forum-ai', one]]);
const counted = { type: 'counts.v1', sessionId: 'forum-ai', shard: 0, version: 1, ...one };

test('a scan that was pushed is on the screen, with how long it took', async () => {
  const screen = await aHost(counted);
  screen.meter.answered(1);
  expect(await screen.differences(ledger, new Map(), 5_000)).toEqual([]);
  expect(screen.messages).toBe(1);
});

test.each([
  ['never pushed', undefined, ['inside', 'attended', 'entries']],
  ['pushed with another number', { ...counted, attended: 2 }, ['attended']],
  ['pushed for another room', { ...counted, sessionId: 'forum-5g' }, ['inside', 'attended', 'entries']],
])('a scan that was %s is missed', async (_name, pushed, fields) => {
  const screen = await aHost(pushed);
  const found = await screen.differences(ledger, new Map(), 100);
  expect(found.map((text) => text.split(' ')[1])).toEqual(fields);
});
