import type { Server } from 'node:http';
import { errorCode, HostError } from './errors.ts';

/** On loopback. @returns the port @throws {HostError} `PortInUse` */
export const listen = (server: Server, port: number): Promise<number> =>
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
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });

/** Lets answers that are under way finish, for a second. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
