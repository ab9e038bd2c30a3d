import type { Server } from 'node:http';
import { errorCode, HostError } from '../errors.ts';

/** On loopback, unless told otherwise. @returns the port @throws {HostError} `PortInUse` */
export const listen = (server: Server, port: number, host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        errorCode(error) === 'EADDRINUSE'
          ? new HostError(
              'PortInUse',
              `port ${port} is in use: choose another with --port N, or --port 0 for any free one`,
              error,
            )
          : error,
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });

const GRACE_MS = 1_000;
const IDLE_CHECK_MS = 10;

/** Lets answers that are under way finish, for a second. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    // Connections that are kept alive become idle one by one, as their answers are sent.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(grace);
      resolve();
    });
    server.closeIdleConnections();
  });
