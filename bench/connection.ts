import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * A keep-alive HTTP/1.1 connection with one request at a time. The load shares its cores with what it measures,
 * so it costs as little as a client can: the request is bytes made beforehand, the answer is cut by content-length.
 */
export interface Connection {
  /** @throws when the connection breaks before the answer is complete */
  exchange(request: string): Promise<Reply>;
  close(): void;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

const HEADERS_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** Where a host listens, and the authority that signed for it where it does so by TLS (PEM). */
export interface Listening {
  readonly port: number;
  readonly authority?: string | undefined;
}

const open = ({ port, authority }: Listening): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const at = { host: '127.0.0.1', port, noDelay: true };
    const opened = () => resolve(socket);
    const socket: Socket = authority
      ? connectTls({ ...at, ca: authority }, opened).setNoDelay()
      : connect(at, opened);
    socket.once('error', reject);
  });

const contentLength = (headers: string): number => {
  const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1];
  if (length === undefined) throw new Error('an answer without content-length');
  return Number(length);
};

const openConnection = async (host: Listening): Promise<Connection> => {
  const socket = await open(host);
  let received: Buffer = Buffer.alloc(0);
  let waiting: Waiting | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the host closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf(HEADERS_END);
    if (end < 0) return;
    const headers = received.toString('latin1', 0, end);
    const start = end + HEADERS_END.length;
    const complete = start + contentLength(headers);
    if (received.length < complete) return;
    const reply = {
      status: Number(headers.slice(STATUS_AT, STATUS_AT + 3)),
      body: received.toString('utf8', start, complete),
    };
    received = Buffer.alloc(0);
    const waiter = waiting;
    waiting = undefined;
    waiter?.resolve(reply);
  });
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the host has closed the connection'));
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
};

/** The bytes of a request, as text. */
export const requestText = (
  method: 'GET' | 'POST',
  path: string,
  { token, body = '' }: { token: string; body?: string },
): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
    '',
    body,
  ].join('\r\n');

export const openConnections = (host: Listening, count: number): Promise<Connection[]> =>
  Promise.all(Array.from({ length: count }, () => openConnection(host)));
