import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Arrival, readArrival, type Subscriber } from './inbox.ts';

export interface Queue extends Subscriber {
  /** ARN: the endpoint of a subscription. */
  readonly endpoint: string;
}

const AGAIN_MS = 500;

/** SNS may send to the queue; with this policy the subscription needs no other confirmation. */
const policy = (arn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
      },
    ],
  });

/**
 * Makes a queue on a local host and receives from it until it is closed; then deletes it.
 * @param arrived is told of each message, of one that comes a second time too
 */
export const startQueue = async (
  language: string,
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
  arrived: (arrival: Arrival) => void = () => undefined,
): Promise<Queue> => {
  const sqs = new SQSClient({
    endpoint,
    region,
    // A local host takes any key; a real account is never reached through this client.
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
  });
  const name = `rehearsal-${language}-${randomUUID()}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const arn = (await sqs.send(asked)).Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`queue ${name} has no ARN`);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy(arn) } }));

  const arrivals: Arrival[] = [];
  const faults: string[] = [];
  const stopping = new AbortController();
  const receive = async (): Promise<void> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
      { abortSignal: stopping.signal },
    );
    const at = Date.now();
    for (const { Body = '', ReceiptHandle } of Messages) {
      try {
        const arrival = readArrival(Body, at);
        arrivals.push(arrival);
        arrived(arrival);
      } catch (error) {
        faults.push(String(error));
      }
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      // The host may be away for a while in the middle of a rehearsal.
      await receive().catch(() => (stopping.signal.aborted ? undefined : sleep(AGAIN_MS)));
    }
  })();

  return {
    name: `queue ${language}`,
    language,
    arrivals,
    faults,
    endpoint: arn,
    async close() {
      stopping.abort();
      await running;
      await sqs.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined);
      sqs.destroy();
    },
  };
};
