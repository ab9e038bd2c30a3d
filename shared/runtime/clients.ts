import { Sha256 } from '@aws-crypto/sha256-js';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { httpHandler } from './http-handler.ts';
import { PlainItemsProtocol } from './plain-items.ts';

interface Tries {
  readonly maxAttempts: number;
  /** Of one attempt, to the last byte of the answer, in ms. */
  readonly requestTimeout: number;
}

/**
 * What every client of AWS is made with, so that a call ends whatever happens to its connection. Without it a lost
 * packet holds a function for minutes. One pool of connections a process, kept alive between invocations.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-timeouts.html
 */
export const deadlinesOf = ({ maxAttempts, requestTimeout }: Tries) => ({
  maxAttempts,
  requestHandler: httpHandler({ connectionTimeout: 1_000, requestTimeout }),
});

/** Within 9 s, before the 10 s of the shortest function: with pauses of less than a second in all. */
export const deadlines = deadlinesOf({ maxAttempts: 4, requestTimeout: 2_000 });

/**
 * What a door waits for goes through these clients, so they leave out what costs CPU time and serves nobody here
 * (docs/performance.md).
 */
const newClient = (options: { readonly cacheMiddleware: boolean }): DynamoDBClient => {
  const client = new DynamoDBClient({
    ...deadlines,
    protocol: PlainItemsProtocol,
    // For the few hundred bytes of a request, quicker than a round through OpenSSL for each of four digests.
    sha256: Sha256,
    ...options,
  });
  // Redacts every input and output for a logger that we never set.
  client.middlewareStack.remove('loggerMiddleware');
  // Puts the same header together anew for AWS's statistics.
  client.middlewareStack.remove('getUserAgentMiddleware');
  return client;
};

let plain: DynamoDBClient | undefined;
let documents: DynamoDBDocumentClient | undefined;

/** The SDK's plain client: one a process. */
export const dynamoClient = (): DynamoDBClient => {
  plain ??= newClient({ cacheMiddleware: true });
  return plain;
};

/** The same for items as plain objects, over the same connections. Its commands keep state in their middleware. */
export const dynamo = (): DynamoDBDocumentClient => {
  documents ??= DynamoDBDocumentClient.from(newClient({ cacheMiddleware: false }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return documents;
};
