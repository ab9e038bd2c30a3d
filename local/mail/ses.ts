import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { Assembly } from '../assembly/assembly.ts';
import { writeFileAtomically } from '../data-folder.ts';

/** In place of SES: mails become files. */
export interface Mail {
  readonly endpoint: string;
  /** Folder of the .eml files, the name of each begins with its time. */
  readonly folder: string;
  /** Tells from now on what becomes of mails, to the topics that the template names. */
  declare(destinations: Assembly['mailEvents']): void;
  stop(): Promise<void>;
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const sendEmail = z.object({
  FromEmailAddress: z.string().min(1),
  Destination: z.object({ ToAddresses: z.array(z.string()).length(1) }),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
  ConfigurationSetName: z.string().optional(),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});

interface Outcome {
  readonly eventType: string;
  readonly [details: string]: unknown;
}
const delivered: Outcome = { eventType: 'Delivery', delivery: { smtpResponse: '250 OK' } };
const bounced = (bounceType: string, bounceSubType: string): Outcome => ({
  eventType: 'Bounce',
  bounce: { bounceType, bounceSubType },
});
/**
 * SES's mailbox simulator, and a full mailbox, which it does not have; every other mailbox takes all mail.
 * https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
 */
const SIMULATED = new Map<string, readonly Outcome[]>([
  ['bounce', [bounced('Permanent', 'General')]],
  ['complaint', [delivered, { eventType: 'Complaint', complaint: { complaintFeedbackType: 'abuse' } }]],
  ['ooto', [delivered, bounced('Transient', 'General')]],
  ['suppressionlist', [bounced('Permanent', 'Suppressed')]],
  ['full', [bounced('Transient', 'MailboxFull')]],
]);
const becomesOf = (address: string): readonly Outcome[] => {
  const [, name = ''] = /^([^+@]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/.exec(address) ?? [];
  return SIMULATED.get(name) ?? [delivered];
};

/** Of an account that has grown: nothing leaves this machine, so nobody has to wait. */
const ACCOUNT = {
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 5_000_000, MaxSendRate: 2_000, SentLast24Hours: 0 },
};

const refused = (message: string) => ({ status: 400, name: 'BadRequestException', body: { message } });

/**
 * The two operations of SES that we use, on a port of its own; all others are refused by name.
 * @param publish hands what became of a mail to SNS
 */
export const startMail = async (
  data: string,
  publish: (topicArn: string, message: string) => Promise<void>,
): Promise<Mail> => {
  const folder = join(data, 'outbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  let tell: (mail: z.output<typeof sendEmail>, messageId: string) => Promise<void> = async () => {};
  const send = async (body: unknown) => {
    const parsed = sendEmail.safeParse(body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const MessageId = randomUUID();
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${MessageId}.eml`;
    writeFileAtomically(
      join(folder, name),
      Buffer.from(parsed.data.Content.Raw.Data, 'base64').toString('utf8'),
    );
    await tell(parsed.data, MessageId);
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
    declare: (destinations) => {
      tell = async ({ ConfigurationSetName, Destination, EmailTags }, messageId) => {
        const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
        for (const { properties } of destinations) {
          const { MatchingEventTypes, SnsDestination } = properties.EventDestination;
          if (properties.ConfigurationSetName !== ConfigurationSetName) continue;
          for (const event of Destination.ToAddresses.flatMap(becomesOf)) {
            if (!MatchingEventTypes.includes(event.eventType.toLowerCase())) continue;
            const Message = JSON.stringify({ ...event, mail: { messageId, tags } });
            await publish(SnsDestination.TopicARN, Message);
          }
        }
      };
    },
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
