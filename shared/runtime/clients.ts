import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The SDK's plain client, with its connections kept alive between invocations. */
export const dynamoClient = (): DynamoDBClient => {
  const client = new DynamoDBClient({ maxAttempts: 5 });
  // It prepares a redacted copy of every input and output for a logger that we never set: 4 % of a check-in.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};

let documents: DynamoDBDocumentClient | undefined;

/** One client a process. */
export const dynamo = (): DynamoDBDocumentClient => {
  documents ??= DynamoDBDocumentClient.from(dynamoClient(), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return documents;
};
