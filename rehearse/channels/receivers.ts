import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import type { Receiver } from './receiver.ts';

/** One server on loopback for all members that are posted to; each has a path of its own. */
export const serveReceivers = async (receivers: readonly Receiver[], inboxes: Inboxes) => {
  const byPath = new Map(receivers.map((receiver) => [`/${receiver.member.number}`, receiver]));
  const server = createServer((request, response) => {
    const receiver = byPath.get(request.url ?? '');
    buffer(request)
      .then(async (body) => receiver?.receive({ body, headers: request.headers, at: Date.now() }) ?? 404)
      .then(
        (status) => response.writeHead(status).end(),
        (error: unknown) => {
          // A host that is killed in the middle of a post has sent nothing yet.
          if (receiver && request.complete) inboxes.fault(receiver.member, String(error));
          response.writeHead(400).end();
        },
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receivers have no port');
  return {
    endpointOf: ({ number }: Member): unknown =>
      byPath.get(`/${number}`)?.endpoint(`http://127.0.0.1:${address.port}/${number}`),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
