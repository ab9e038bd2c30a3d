import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoClient } from '../../local/engine/dynamo-client.ts';
import { type Host, startHost } from '../../local/host.ts';
import { closeServer, listen } from '../../local/http/http-server.ts';
import { imported, mapping, table, type Workspace, workspace } from './fixtures/assembly.ts';

const MINUTE_S = 60;

/** Passes everything on, but cuts the times of stream records to the minute, as DynamoDB Local gives them. */
const minuteCutter = async (endpoint: string) => {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      body: Buffer.concat(chunks),
    });
    const text = (await answer.text()).replaceAll(
      /("ApproximateCreationDateTime":)(\d+(\.\d+)?)/g,
      (_, name: string, time: string) => `${name}${Math.floor(Number(time) / MINUTE_S) * MINUTE_S}`,
    );
    outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  });
  return { endpoint: `http://127.0.0.1:${await listen(server, 0)}`, stop: () => closeServer(server) };
};

// If this failed, scans of the first start's minute would be acknowledged and never counted with DynamoDB Local.
describe('an external engine whose stream times are cut to the minute', () => {
  const spaces: Workspace[] = [];
  const closers: (() => Promise<void>)[] = [];
  let host: Host;

  beforeAll(async () => {
    const start = async (
      source: Parameters<typeof workspace>[0],
      more: { dynamodbEndpoint?: string } = {},
    ) => {
      const space = workspace(source);
      spaces.push(space);
      const { assembly, data } = space;
      const started = await startHost({ assembly, data, port: 0, report: () => undefined, ...more });
      closers.push(started.stop);
      return started;
    };
    const cutter = await minuteCutter((await start({})).endpoints.dynamodb);
    closers.push(cutter.stop);
    host = await start(
      {
        data: { Scans: table() },
        functions: {
          Note: 'export const handler = async ({ Records }) => { globalThis.cut = [...(globalThis.cut ?? []), ...Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)]; };',
        },
        app: { Mapping: mapping('Note', imported('ScansStream')) },
      },
      { dynamodbEndpoint: cutter.endpoint },
    );
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
    for (const space of spaces) space.remove();
  });

  test('loses nothing of the first minute', async () => {
    const client = dynamoClient(host.endpoints.dynamodb);
    for (const pk of ['first', 'second']) {
      await client.call('PutItem', { TableName: host.table('Scans'), Item: { pk: { S: pk } } });
    }
    client.close();
    await host.drained();
    expect(Reflect.get(globalThis, 'cut')).toEqual(['first', 'second']);
  });
});
