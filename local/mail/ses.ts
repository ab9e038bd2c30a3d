import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { writeFileAtomically } from '../data-folder.ts';

/** In place of SES: mails become files. */
export interface Mail {
  readonly endpoint: string;
  /** Folder of the .eml files, the name of each begins with its time. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const sendEmail = z.object({
  FromEmailAddress: z.string().min(1),
  Destination: z.object({ ToAddresses: z.array(z.string()).length(1) }),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
});

/** Of an account out of the sandbox, as AWS gives it at first. https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const ACCOUNT = {
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
};

const refused = (message: string) => ({ status: 400, name: 'BadRequestException', body: { message } });

/** The two operations of SES that we use, on a port of its own; all others are refused by name. */
export const startMail = async (data: string): Promise<Mail> => {
  const folder = join(data, 'outbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const send = (body: unknown) => {
    const parsed = sendEmail.safeParse(body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const MessageId = randomUUID();
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${MessageId}.eml`;
    writeFileAtomically(
      join(folder, name),
      Buffer.from(parsed.data.Content.Raw.Data, 'base64').toString('utf8'),
    );
    return { status: 200, name: undefined, body: { MessageId } };
  };

  const server = createServer((incoming, outgoing) => {
    const answer = async () => {
      switch (`${incoming.method} ${incoming.url?.split('?', 1)[0]}`) {
        case 'POST /v2/email/outbound-emails':
          return send(await json(incoming));
        case 'GET /v2/email/account':
          return { status: 200, name: undefined, body: ACCOUNT };
        default:
          return refused(`${incoming.method} ${incoming.url} of SES is not served here`);
      }
    };
    answer()
      .catch((error: unknown) => refused(error instanceof Error ? error.message : 'unreadable'))
      .then(({ status, name, body }) => {
        outgoing.writeHead(status, {
          'content-type': 'application/json',
          ...(name !== undefined && { 'x-amzn-errortype': name }),
        });
        outgoing.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    folder,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
