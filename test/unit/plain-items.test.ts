import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlainItemsProtocol } from '../../shared/runtime/plain-items.ts';

/** A client whose requests are kept and answered by what `answer` makes of them. */
const clientWith = (
  options: { protocol?: typeof PlainItemsProtocol },
  answer: () => string,
  status = 200,
) => {
  const sent: { body: string; headers: Record<string, string> }[] = [];
  const client = new DynamoDBClient({
    ...options,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body, headers }: { body: string | Uint8Array; headers: Record<string, string> }) => {
        const text = Buffer.from(body).toString('utf8');
        sent.push({ body: text, headers });
        const response = {
          statusCode: status,
          headers: { 'x-amzn-requestid': 'r-1' },
          body: Buffer.from(answer()),
        };
        return { response };
      },
    },
  });
  return { client, sent };
};

const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }).map((S) => ({ S })),
    fc.integer().map((N) => ({ N: String(N) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true } as const),
    fc.array(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));
const items = fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 4 });

test('items go out and come back as the SDK itself sends and reads them', async () => {
  const echo = () => '{}';
  const [plain, usual] = [clientWith({ protocol: PlainItemsProtocol }, echo), clientWith({}, echo)];
  await fc.assert(
    fc.asyncProperty(items, async (item) => {
      const input = { TableName: 'T', Item: item, ReturnValues: undefined };
      await plain.client.send(new PutItemCommand(input));
      await usual.client.send(new PutItemCommand(input));
      const [ours, theirs] = [plain.sent.at(-1), usual.sent.at(-1)];
      expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''));
      expect(ours?.headers['x-amz-target']).toBe(theirs?.headers['x-amz-target']);
    }),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(items, async (item) => {
      const page = () => JSON.stringify({ Count: 1, Items: [item] });
      const query = () => new QueryCommand({ TableName: 'T' });
      const ours = await clientWith({ protocol: PlainItemsProtocol }, page).client.send(query());
      const theirs = await clientWith({}, page).client.send(query());
      expect(ours.Items).toEqual(theirs.Items);
      expect(ours.$metadata).toMatchObject({ httpStatusCode: 200, requestId: 'r-1' });
    }),
    { numRuns: 60 },
  );
});

test('a refused write is the SDK’s own error, with the item that stands there', async () => {
  const refusal = () =>
    JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'no',
      Item: { pk: { S: 'a' } },
    });
  const { client } = clientWith({ protocol: PlainItemsProtocol }, refusal, 400);
  const error = await client
    .send(new PutItemCommand({ TableName: 'T', Item: { pk: { S: 'a' } } }))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect(error).toMatchObject({ Item: { pk: { S: 'a' } } });
});
