import { localIssuer } from '../http/issuer.ts';
import type { Endpoints } from '../lambda/function-environment.ts';
import { startSecrets } from '../lambda/secrets.ts';
import { startMail } from '../mail/ses.ts';
import type { RetryPolicy } from '../messaging/delivery-policy.ts';
import { startMessaging } from '../messaging/messaging.ts';
import { startEngine } from './engine.ts';

/** Notes how to stop what has started. */
export type Opened = <T extends { stop(): Promise<void> }>(work: Promise<T>) => Promise<T>;

const settledValue = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

/** Everything that stands in for a service of AWS. All settle before one failure counts: what has started is stopped. */
export const startEngines = async (
  options: {
    readonly data: string;
    readonly baseUrl: string;
    readonly dynamodbEndpoint?: string | undefined;
    readonly httpsRetries?: RetryPolicy | undefined;
    readonly prepare?: (() => Promise<void>) | undefined;
    readonly report: (line: string) => void;
  },
  opened: Opened,
) => {
  const { data, baseUrl, report } = options;
  const endpoint = options.dynamodbEndpoint ?? process.env['DYNAMODB_ENDPOINT'];
  const parts = await Promise.allSettled([
    opened(startEngine({ data, endpoint, report, failed: report })),
    opened(startMessaging({ data, baseUrl, retries: options.httpsRetries, report })),
    opened(startSecrets(data)),
    opened(startMail(data)),
    localIssuer(data, `${baseUrl}/local/issuer`),
    options.prepare?.(),
  ]);
  const engine = settledValue(parts[0]);
  const messaging = settledValue(parts[1]);
  const secrets = settledValue(parts[2]);
  const mail = settledValue(parts[3]);
  const issuer = settledValue(parts[4]);
  settledValue(parts[5]);
  const endpoints: Endpoints = {
    dynamodb: engine.client.endpoint,
    sns: messaging.endpoint,
    sqs: messaging.endpoint,
    secrets: secrets.endpoint,
    mail: mail.endpoint,
  };
  return { engine, messaging, secrets, mail, issuer, endpoints };
};
export type Engines = Awaited<ReturnType<typeof startEngines>>;
