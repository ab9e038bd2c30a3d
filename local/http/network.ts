import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import { securityHeaders } from '../../web/serving.ts';
import { LIVE_PATH } from '../assembly/references.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { type Authority, localAuthority } from './authority.ts';
import type { Serve } from './gateway.ts';
import { closeServer, listen } from './http-server.ts';

export interface Network {
  /** Addresses at which other machines reach the host. */
  readonly urls: readonly string[];
  /** Of the authority that devices are to trust. */
  readonly fingerprint: string;
  stop(): Promise<void>;
}

export const TRUST_PATH = '/local/trust';
const AUTHORITY_PATH = '/local/authority.crt';

const addressesOf = (host: string): string[] => {
  if (host !== '0.0.0.0') return [host];
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : [])),
  );
};

const trustPage = ({ fingerprint }: Authority): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trust this Turnout</title>
<h1>Trust this Turnout</h1>
<p>A phone lends its camera to pages that it trusts only. This host has a certificate authority of its own; trust it once on each device that scans.</p>
<p>First compare: the computer shows this fingerprint where it was started.<br><code>${fingerprint}</code></p>
<p><a href="${AUTHORITY_PATH}">Get the certificate</a></p>
<ul>
<li>iPhone, iPad: open it, then Settings → General → VPN &amp; Device Management → install; then Settings → General → About → Certificate Trust Settings → switch it on.</li>
<li>Android: Settings → Security → Encryption &amp; credentials → Install a certificate → CA certificate.</li>
<li>Others: import it as an authority in the browser's settings.</li>
</ul>
<p>Then: <a href="/scan">scan badges</a>. Remove the certificate when the conference is over.</p>
</html>
`;

const textAnswer = z.looseObject({ body: z.string() });

/** The address of the live channel is the host's own on loopback; who asks from the network is told the network's. */
export const namingNetwork = (target: LocalFunction, baseUrl: string): LocalFunction => {
  const own = `ws://${new URL(baseUrl).host}${LIVE_PATH}`;
  const asked = z.looseObject({ headers: z.looseObject({ host: z.string() }) });
  return {
    ...target,
    invoke: async (event) => {
      const result = await target.invoke(event);
      const answer = textAnswer.safeParse(result).data;
      if (!answer?.body.includes(own)) return result;
      const { host } = asked.parse(event).headers;
      return { ...answer, body: answer.body.replaceAll(own, `wss://${host}${LIVE_PATH}`) };
    },
  };
};

/**
 * Serves the local network over TLS: the API, the pages and the live channel. What loopback shows freely (mails,
 * keys, publishing) is refused.
 * @throws {HostError} `PortInUse`
 */
export const openToNetwork = async (options: {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly serve: Serve;
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
}): Promise<Network> => {
  const authority = await localAuthority(options.data);
  const addresses = addressesOf(options.host);
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    [TRUST_PATH]: ['text/html; charset=utf-8', trustPage(authority)],
    [AUTHORITY_PATH]: ['application/x-x509-ca-cert', authority.certificate],
  };
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const [path = '/'] = (incoming.url ?? '/').split('?', 1);
    const answer = answers[path];
    if (answer) {
      outgoing.writeHead(200, { ...securityHeaders([]), 'content-type': answer[0] }).end(answer[1]);
    } else if (path === '/local' || path.startsWith('/local/')) {
      outgoing.writeHead(403, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ message: 'Only on the computer that runs this host' }));
    } else {
      void options.serve(incoming, outgoing);
    }
  };
  const server = createServer(await authority.issue(addresses), handle);
  server.on('upgrade', options.upgrade);
  const port = await listen(server, options.port, options.host);
  return {
    urls: addresses.map((address) => `https://${address}:${port}`),
    fingerprint: authority.fingerprint,
    stop: () => closeServer(server),
  };
};
