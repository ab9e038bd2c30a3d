import { Sha256 } from '@aws-crypto/sha256-js';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * A call ends within 9 s whatever happens to its connection, before the 10 s of the shortest function do: four attempts
 * of 2 s with pauses of less than a second in all. Without these a lost packet holds a door for minutes.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-timeouts.html
 */
export const deadlines = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

let plain: DynamoDBClient | undefined;
let documents: DynamoDBDocumentClient | undefined;

/**
 * The SDK's plain client: one a process, whose connections are kept alive between invocations. What a door waits for
 * goes through it, so it leaves out what costs CPU time and serves nobody here (docs/performance.md).
 */
export const dynamoClient = (): DynamoDBClient => {
  if (!plain) {
    plain = new DynamoDBClient({
      ...deadlines,
      // For the few hundred bytes of a request, quicker than a round through OpenSSL for each of four digests.
      sha256: Sha256,
    });
    // Redacts every input and output for a logger that we never set.
    plain.middlewareStack.remove('loggerMiddleware');
    // Puts the same header together anew for AWS's statistics.
    plain.middlewareStack.remove('getUserAgentMiddleware');
  }
  return plain;
};

/** The same for items as plain objects, over the same connections. */
export const dynamo = (): DynamoDBDocumentClient => {
  documents ??= DynamoDBDocumentClient.from(dynamoClient(), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return documents;
};
