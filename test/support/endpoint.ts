import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly at: number;
}

/** A subscriber's server on loopback that keeps what it gets; `answers` are the next statuses, then 204. */
export const startEndpoint = async (answers: number[] = []) => {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    buffer(request).then((body) => {
      const status = answers.shift() ?? 204;
      if (status < 300) arrivals.push({ headers: request.headers, body, at: Date.now() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`,
    arrivals,
    answers,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;
