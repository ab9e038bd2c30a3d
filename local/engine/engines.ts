import { startBackground } from '../background/background.ts';
import { localIssuer } from '../http/issuer.ts';
import type { Endpoints } from '../lambda/function-environment.ts';
import { startSecrets } from '../lambda/secrets.ts';
import type { RetryPolicy } from '../messaging/delivery-policy.ts';
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
    opened(startBackground({ data, baseUrl, retries: options.httpsRetries, report })),
    opened(startSecrets(data)),
    localIssuer(data, `${baseUrl}/local/issuer`),
    options.prepare?.(),
  ]);
  const engine = settledValue(parts[0]);
  const background = settledValue(parts[1]);
  const secrets = settledValue(parts[2]);
  const issuer = settledValue(parts[3]);
  settledValue(parts[4]);
  const endpoints: Endpoints = {
    dynamodb: engine.client.endpoint,
    sns: background.messaging,
    sqs: background.messaging,
    secrets: secrets.endpoint,
    mail: background.mail,
  };
  return { engine, background, secrets, issuer, endpoints };
};
export type Engines = Awaited<ReturnType<typeof startEngines>>;
