import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * Stands before the host at `port` as if the scanner page had been deployed again: from `deploy` on its worker is
 * another one.
 */
export const startDeployments = async (port: number) => {
  let version = 0;
  const pass = (asked: IncomingMessage, answer: ServerResponse) => {
    const { method, url = '/', headers } = asked;
    const isWorker = url === '/scan-worker.js' && version > 0;
    const plain = { ...headers, 'accept-encoding': 'identity', 'if-none-match': '', 'if-modified-since': '' };
    const far = request({ port, method, path: url, headers: isWorker ? plain : headers }, (given) => {
      const length = isWorker ? { 'content-length': undefined } : {};
      const kept = Object.entries({ ...given.headers, ...length }).filter(([, value]) => value !== undefined);
      answer.writeHead(given.statusCode ?? 502, Object.fromEntries(kept));
      if (isWorker) answer.write(`/* ${version} */`);
      given.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    asked.pipe(far);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    deploy: (): void => {
      version += 1;
    },
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
