import * as z from 'zod';
import type { Service } from './constructs/resource.ts';
import type { DataStack } from './data-stack.ts';
import type { IdentityStack } from './identity-stack.ts';
import type { LiveStack } from './live-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';
import type { publicAddress } from './public-address.ts';

/** All that functions may be let into. */
type Resources = DataStack['resources'] &
  MessagingStack['resources'] &
  IdentityStack['resources'] &
  LiveStack['resources'] &
  ReturnType<typeof publicAddress>;

type ResourceName = keyof Resources;
type SettingName = { [Name in ResourceName]: keyof Resources[Name]['settings'] }[ResourceName];
/** Tables with a stream. */
type StreamName = {
  [Name in ResourceName]: Resources[Name] extends { stream: string } ? Name : never;
}[ResourceName];
type QueueName = {
  [Name in ResourceName]: Resources[Name]['service'] extends 'sqs' ? Name : never;
}[ResourceName];

/**
 * What a function may be allowed at most: none of ours scans a table. A transaction needs the
 * actions of its parts and no other.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
interface Actions extends Record<Service, string> {
  dynamodb:
    | 'GetItem'
    | 'BatchGetItem'
    | 'Query'
    | 'PutItem'
    | 'UpdateItem'
    | 'DeleteItem'
    | 'BatchWriteItem'
    | 'PartiQLInsert'
    | 'PartiQLUpdate';
  sqs: 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility';
  sns:
    | 'CreateTopic'
    | 'SetTopicAttributes'
    | 'DeleteTopic'
    | 'Publish'
    | 'Subscribe'
    | 'ListSubscriptionsByTopic';
  iam: 'PassRole';
  kms: 'GenerateDataKey' | 'Decrypt';
  secretsmanager: 'GetSecretValue';
  appsync: 'EventPublish';
  'cognito-idp': never;
  'execute-api': never;
  ses: 'SendEmail' | 'SendRawEmail' | 'GetAccount';
}

const schema = z.strictObject({
  does: z.string().max(256).describe('What it is for, in a sentence; the function’s description in AWS.'),
  settings: z.array(z.string()).readonly(),
  memoryMb: z.int().min(128),
  /** API Gateway waits at most 30 s. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
  timeoutSeconds: z.int().min(1).max(900),
  /**
   * Concurrent executions kept for this function alone, and its limit (I8): the door's are its own, and what
   * the public can set off ends here. Unset: shares what the account has left.
   */
  reserved: z.int().optional(),
  /** What an error costs a user, for the person on call. */
  whenItFails: z.string(),
  /** What it may do, and where; its logs, traces, stream and queue are its own anyway. */
  may: z.record(z.string(), z.array(z.string()).readonly()),
  /** What sets it off, other than a request, and the stack that holds it. */
  runs: z
    .strictObject({
      in: z.enum(['streams', 'schedules', 'watch', 'delivery']),
      onStream: z
        .strictObject({
          of: z.string(),
          /** Patterns of shared/store/tables.ts; default: everything. */
          filters: z.array(z.unknown()).readonly().optional(),
          /** Records at once, at most; default 100. */
          batchSize: z.int().optional(),
          /** What it costs a user when this reader falls behind. */
          whenLate: z.string(),
        })
        .optional(),
      onQueues: z
        .array(z.strictObject({ of: z.string(), batchSize: z.int(), maxConcurrency: z.int().min(2) }))
        .readonly()
        .optional(),
      /** Schedules by name; `input` is what the function is invoked with, default EventBridge's own envelope. */
      every: z
        .record(
          z.string(),
          z.strictObject({
            rate: z.templateLiteral(['rate(', z.string(), ')']),
            input: z.record(z.string(), z.unknown()).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** What infrastructure reads of a manifest, and checks again while it synthesizes. */
export type ReadManifest = z.output<typeof schema>;
type Runs = NonNullable<ReadManifest['runs']>;

/** A function's label: `export const manifest = {…} as const satisfies Manifest` in its function.ts. */
export type Manifest = Omit<ReadManifest, 'settings' | 'may' | 'runs'> & {
  readonly settings: readonly SettingName[];
  readonly may: { readonly [Name in ResourceName]?: readonly Actions[Resources[Name]['service']][] };
  readonly runs?: Omit<Runs, 'onStream' | 'onQueues'> & {
    readonly onStream?: NonNullable<Runs['onStream']> & { readonly of: StreamName };
    readonly onQueues?: readonly (NonNullable<Runs['onQueues']>[number] & { readonly of: QueueName })[];
  };
};

/** @throws when the module has no manifest of this shape, saying what is wrong with it */
export const readManifest = (file: string, module: unknown): ReadManifest => {
  const parsed = z.object({ manifest: schema }).safeParse(module);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.manifest;
};
