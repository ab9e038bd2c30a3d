import { Sha256 } from '@aws-crypto/sha256-js';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let plain: DynamoDBClient | undefined;
let documents: DynamoDBDocumentClient | undefined;

/**
 * The SDK's plain client: one a process, whose connections are kept alive between invocations. What a door waits for
 * goes through it, so it leaves out what costs CPU time and serves nobody here (docs/performance.md).
 */
export const dynamoClient = (): DynamoDBClient => {
  if (!plain) {
    plain = new DynamoDBClient({
      maxAttempts: 5,
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
