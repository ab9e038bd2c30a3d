import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { LocalPage } from '../local/http/local-pages.ts';
import type { Evening } from './evening.ts';

const MAX_SPEED = 1_000;
const MAX_BODY_BYTES = 1_000;

const order = z.strictObject({ speed: z.number().check(z.gte(1), z.lte(MAX_SPEED)) });

const send = (outgoing: ServerResponse, status: number, body: unknown): void => {
  outgoing
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
};

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Only people at this machine, by this host's own pages or a shell: not from the network, not by another site's page
 * (its Origin differs), nor by a name that another site made point here (the Host header differs).
 */
const isOurs = ({ socket, headers }: IncomingMessage): boolean => {
  const { host = '', origin } = headers;
  const isLocalName = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host);
  const isOwnOrigin = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  return LOOPBACK.test(socket.remoteAddress ?? '') && isLocalName && isOwnOrigin;
};

const readOrder = async (incoming: IncomingMessage) => {
  if (Number(incoming.headers['content-length'] ?? MAX_BODY_BYTES + 1) > MAX_BODY_BYTES) return undefined;
  try {
    return z.safeParse(order, JSON.parse(await text(incoming))).data;
  } catch {
    return undefined;
  }
};

/**
 * `GET` answers how far the evening is, `POST {"speed": 60}` plays it from the beginning, `DELETE` stops it. For the
 * start page of a local host; nothing of it is deployed.
 */
export const eveningPage =
  (evening: Evening): LocalPage =>
  async (incoming, outgoing) => {
    if (!isOurs(incoming)) return send(outgoing, 403, { message: 'Only at the machine that runs this host' });
    switch (incoming.method) {
      case 'GET':
        return send(outgoing, 200, evening.status());
      case 'POST': {
        const wanted = await readOrder(incoming);
        if (!wanted) return send(outgoing, 400, { message: `Send {"speed": 1 to ${MAX_SPEED}} as JSON` });
        const begun = evening.start(wanted.speed);
        return send(outgoing, begun ? 202 : 409, evening.status());
      }
      case 'DELETE':
        await evening.stop();
        return send(outgoing, 200, evening.status());
      default:
        return send(outgoing, 405, { message: 'GET, POST or DELETE' });
    }
  };
