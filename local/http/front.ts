import { createServer, type Server } from 'node:http';
import { messageOf } from '../errors.ts';
import type { Serve } from './gateway.ts';
import { closeServer, listen } from './http-server.ts';
import type { LocalPage } from './local-pages.ts';

export interface Front {
  readonly server: Server;
  readonly port: number;
  readonly baseUrl: string;
  /** Pages below `/local/`, by path. */
  readonly pages: Map<string, LocalPage>;
  /** What answers the rest; until then, 503. */
  open(serve: Serve): void;
  stop(): Promise<void>;
}

/** The host's server on loopback, which listens before there is anything to serve. @throws {HostError} `PortInUse` */
export const openFront = async (wanted: number, report: (line: string) => void): Promise<Front> => {
  const pages = new Map<string, LocalPage>();
  let serve: Serve | undefined;
  const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, outgoing) => {
    const url = incoming.url ?? '/';
    const page = url.startsWith('/local/') ? pages.get(url.split('?', 1)[0] ?? url) : undefined;
    if (page) {
      Promise.resolve(page(incoming, outgoing, new URL(url, baseUrl))).catch((error) =>
        report(messageOf(error)),
      );
    } else if (serve) {
      void serve(incoming, outgoing);
    } else {
      outgoing.writeHead(503, { 'retry-after': '1' }).end();
    }
  });
  const port = await listen(server, wanted);
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    server,
    port,
    baseUrl,
    pages,
    open: (given) => {
      serve = given;
    },
    stop: () => closeServer(server),
  };
};
