import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Background } from '../background/background.ts';
import type { Issuer } from './issuer.ts';

/** Answers a request below `/local/`; others register more. */
export type LocalPage = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
) => void | Promise<void>;

const send = (outgoing: ServerResponse, status: number, type: string, body: string): void => {
  outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
};

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** What only the embedded host serves: keys and certificates in place of AWS's, and SNS's links. */
export const localPages = (issuer: Issuer, background: Background): Map<string, LocalPage> => {
  const jwks: LocalPage = (_incoming, outgoing) =>
    send(outgoing, 200, 'application/json', JSON.stringify(issuer.jwks));
  return new Map<string, LocalPage>([
    ['/local/jwks.json', jwks],
    ['/local/issuer/.well-known/jwks.json', jwks],
    [
      '/local/sns-certificate.pem',
      (_incoming, outgoing) => send(outgoing, 200, 'application/x-pem-file', background.certificate),
    ],
    [
      '/local/sns',
      async (_incoming, outgoing, url) => {
        const action = url.searchParams.get('Action') ?? '';
        const arn = await background.act(url.searchParams);
        if (arn === undefined) {
          const error =
            '<Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid token</Message></Error>';
          return send(outgoing, 400, 'text/xml', `<ErrorResponse xmlns="${XMLNS}">${error}</ErrorResponse>`);
        }
        // Only now is the action one of the two that are known.
        const result = `<${action}Result><SubscriptionArn>${arn}</SubscriptionArn></${action}Result>`;
        send(outgoing, 200, 'text/xml', `<${action}Response xmlns="${XMLNS}">${result}</${action}Response>`);
      },
    ],
  ]);
};
