import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let plain: DynamoDBClient | undefined;
let documents: DynamoDBDocumentClient | undefined;

/** The SDK's plain client: one a process, whose connections are kept alive between invocations. */
export const dynamoClient = (): DynamoDBClient => {
  if (!plain) {
    plain = new DynamoDBClient({ maxAttempts: 5 });
    // It prepares a redacted copy of every input and output for a logger that we never set: 4 % of a check-in.
    plain.middlewareStack.remove('loggerMiddleware');
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
