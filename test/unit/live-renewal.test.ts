import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import { type CountsWatch, type LiveState, watchCounts } from '../../shared/client/live/client.ts';

// An organizer's screen stays live while channels come and go with their terms, and ends with its token.

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

const message = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  channel: z.string().optional(),
});

/** A host whose channels are good for a moment; the token is good for so many of them. */
const aHost = async (goodFor: number) => {
  let asked = 0;
  const said: string[] = [];
  const sockets: WebSocket[] = [];
  const server = createServer((request, response) => {
    const { host = '', authorization = '' } = request.headers;
    const isLive = request.url?.endsWith('/live') === true;
    if (isLive) asked += 1;
    response.statusCode = isLive && asked > goodFor ? 401 : 200;
    const live = {
      url: `ws://${host}/`,
      protocol: 'aws-appsync-event-ws',
      channel: `/counts/e/${asked}`,
      renewInMs: 1,
      authorization: { Authorization: authorization },
    };
    const snapshot = { asOf: '2023-07-04T11:30:00.000Z', sessions: [], venues: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(isLive ? live : snapshot));
  });
  const accepting = new WebSocketServer({ server, handleProtocols: () => 'aws-appsync-event-ws' });
  accepting.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data) => {
      const { type, id, channel } = message.parse(JSON.parse(String(data)));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      else said.push(`${type} ${id}${channel ? ` ${channel}` : ''}`);
      if (type === 'subscribe') socket.send(JSON.stringify({ type: 'subscribe_success', id }));
      if (type === 'unsubscribe') socket.send(JSON.stringify({ type: 'unsubscribe_success', id }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  open.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => accepting.close(),
  );
  return { baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, said, sockets };
};

test('moves to each next channel on the connection it has, and stops when the token is good no longer', async () => {
  const { baseUrl, said, sockets } = await aHost(3);
  const states: LiveState[] = [];
  const watch: CountsWatch = watchCounts({
    baseUrl,
    event: 'e',
    retryMs: 1,
    token: 'token',
    onCounts: () => undefined,
    onState: (state) => states.push(state),
  });
  open.push(watch.stop);
  const refused = () => states.at(-1)?.kind === 'refused';
  while (!refused()) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live', 'waiting', 'connecting', 'refused']);
  expect(said).toEqual([
    'subscribe counts-1 /counts/e/1',
    'subscribe counts-2 /counts/e/2',
    'unsubscribe counts-1',
    'subscribe counts-3 /counts/e/3',
    'unsubscribe counts-2',
  ]);
  expect(sockets).toHaveLength(1);
});
