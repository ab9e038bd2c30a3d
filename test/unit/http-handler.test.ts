import { createServer } from 'node:http';
import { ListContactListsCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadlines } from '../../shared/runtime/clients.ts';

const targets: string[] = [];
const aws = createServer((request, response) => {
  targets.push(request.url ?? '');
  response.end('{}');
});
beforeAll(() => new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening)));
afterAll(() => {
  aws.closeAllConnections();
  aws.close();
});

// AWS would answer the first page for ever, or refuse what is signed with a query that it does not see.
test('what a request asks for in its query gets there', async () => {
  const address = aws.address();
  const client = new SESv2Client({
    ...deadlines,
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new ListContactListsCommand({}));
  await client.send(new ListContactListsCommand({ PageSize: 7, NextToken: "2+3/4='ü" }));
  client.destroy();
  expect(targets).toEqual([
    '/v2/email/contact-lists',
    '/v2/email/contact-lists?NextToken=2%2B3%2F4%3D%27%C3%BC&PageSize=7',
  ]);
});
