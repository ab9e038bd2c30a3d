import { rmSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { dynamoClient } from '../../local/engine/dynamo-client.ts';
import { sweepExpired } from '../../local/engine/tables.ts';
import { type Host, type HostOptions, startHost } from '../../local/host.ts';
import {
  type AssemblySource,
  httpApi,
  imported,
  mapping,
  table,
  type Workspace,
  workspace,
} from './fixtures/assembly.ts';

describe('a host', () => {
  const hosts: Host[] = [];
  const spaces: Workspace[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0).reverse()) await host.stop();
    for (const space of spaces.splice(0)) space.remove();
  });

  const made = (source: AssemblySource): Workspace => {
    const space = workspace(source);
    spaces.push(space);
    return space;
  };
  const start = async (space: Workspace, more: Partial<HostOptions> = {}): Promise<Host> => {
    const host = await startHost({
      assembly: space.assembly,
      data: space.data,
      port: 0,
      report: () => undefined,
      ...more,
    });
    hosts.push(host);
    return host;
  };

  test('runs functions in threads as it runs them in its own', async () => {
    const space = made({
      functions: {
        Thread: `import { isMainThread } from 'node:worker_threads';
const own = process.env.OWN;
export const handler = async (event, { functionName, getRemainingTimeInMillis }) => {
  if (event.fail) throw new TypeError('as asked');
  if (event.hang) await new Promise(() => undefined);
  if (event.odd) return { odd: () => 'nothing that goes from thread to thread' };
  return { isMainThread, functionName, own, left: getRemainingTimeInMillis() > 0 };
};`,
      },
      functionProperties: { Thread: { Timeout: 1, Environment: { Variables: { OWN: 'set' } } } },
    });
    const result = { functionName: 'App-Thread', own: 'set', left: true };
    const inThread = await start(space, { workers: ['Thread'] });
    expect(await inThread.invoke('Thread', {})).toEqual({ ...result, isMainThread: false });
    await expect(inThread.invoke('Thread', { fail: true })).rejects.toMatchObject({
      name: 'FunctionError',
      reason: 'TypeError',
    });
    await expect(inThread.invoke('Thread', { hang: true })).rejects.toMatchObject({ reason: 'Timeout' });
    const [odd, beside] = await Promise.allSettled(
      [{ odd: true }, {}].map((event) => inThread.invoke('Thread', event)),
    );
    expect(odd).toMatchObject({ status: 'rejected', reason: { reason: 'DataCloneError' } });
    expect(beside).toMatchObject({ status: 'fulfilled' });
    await inThread.stop();
    const inProcess = await start(space);
    expect(await inProcess.invoke('Thread', {})).toEqual({ ...result, isMainThread: expect.any(Boolean) });
    expect(process.env['OWN']).toBeUndefined();
  });

  // On one machine, a thousand mails would otherwise stand between a visitor and the door.
  test.runIf(process.platform === 'linux')('what queues set off yields to the doors', async () => {
    const priority = `import { getPriority } from 'node:os';
export const handler = async () => getPriority();`;
    const space = made({
      data: { Tasks: { Type: 'AWS::SQS::Queue' } },
      functions: {
        Door: priority,
        Rest: priority,
        Mails: `import { getPriority } from 'node:os';
let atOnce = 0, most = 0, done = 0;
// Composing mails: nothing else happens on its thread.
const compute = () => { for (const until = Date.now() + 200; Date.now() < until; ); };
export const handler = async ({ Records }) => {
  if (!Records) return { priority: getPriority(), most, done };
  most = Math.max(most, ++atOnce);
  compute();
  await new Promise((resolve) => setTimeout(resolve, 50));
  atOnce -= 1;
  done += 1;
};`,
      },
      app: {
        Mapping: mapping('Mails', imported('TasksArn'), {
          BatchSize: 1,
          ScalingConfig: { MaximumConcurrency: 20 },
        }),
      },
    });
    const host = await start(space, { workers: ['Door'] });
    const sqs = new SQSClient({
      region: 'us-east-1',
      endpoint: host.endpoints.sqs,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const before = performance.eventLoopUtilization();
    const tasks = Array.from({ length: 10 }, () =>
      sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl('Tasks'), MessageBody: 'task' })),
    );
    await Promise.all(tasks);
    await host.drained();
    // Of the seconds that were computed meanwhile, this thread, which answers the API, has had none.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.6);
    const normal = getPriority();
    expect(await host.invoke('Door', {})).toBe(normal);
    expect(await host.invoke('Rest', {})).toBe(normal);
    expect(await host.invoke('Mails', {})).toEqual({ priority: expect.any(Number), most: 2, done: 10 });
    expect(await host.invoke('Mails', {})).not.toMatchObject({ priority: normal });
  });

  test('works with an external engine, and says so in one line when there is none', async () => {
    const engine = await start(made({}));
    const space = made({
      data: { Scans: table() },
      functions: {
        Seen: 'export const handler = async ({ Records }) => { (globalThis.localSeen ??= []).push(...Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)); };',
      },
      app: { Mapping: mapping('Seen', imported('ScansStream')) },
    });
    const host = await start(space, { dynamodbEndpoint: engine.endpoints.dynamodb });
    const client = dynamoClient(engine.endpoints.dynamodb);
    await client.call('PutItem', { TableName: host.table('Scans'), Item: { pk: { S: 'external' } } });
    client.close();
    await host.drained();
    expect(z.object({ localSeen: z.array(z.string()) }).parse({ ...globalThis }).localSeen).toEqual([
      'external',
    ]);
    await expect(start(made({}), { dynamodbEndpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      name: 'EngineFailed',
    });
    const arch = Object.getOwnPropertyDescriptor(process, 'arch');
    Object.defineProperty(process, 'arch', { value: 'mips' });
    try {
      await expect(start(made({}))).rejects.toMatchObject({
        name: 'EngineMissing',
        message: expect.stringMatching(/^[^\n]*DYNAMODB_ENDPOINT[^\n]*$/),
      });
    } finally {
      if (arch) Object.defineProperty(process, 'arch', arch);
    }
  });

  test('deletes what has expired and nothing else', async () => {
    const host = await start(
      made({ data: { Codes: table({ TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } }) } }),
    );
    const client = dynamoClient(host.endpoints.dynamodb);
    const TableName = host.table('Codes');
    const now = Math.floor(Date.now() / 1000);
    for (const [pk, ttl] of [
      ['old', now - 10],
      ['young', now + 100],
    ] as const) {
      await client.call('PutItem', { TableName, Item: { pk: { S: pk }, ttl: { N: String(ttl) } } });
    }
    await client.call('PutItem', { TableName, Item: { pk: { S: 'forever' } } });
    const [codes] = host.assembly.tables;
    expect(codes && (await sweepExpired(client, codes, now))).toBe(1);
    const { Items } = z
      .object({ Items: z.array(z.object({ pk: z.object({ S: z.string() }) })) })
      .parse(await client.call('Scan', { TableName }));
    expect(Items.map(({ pk }) => pk.S).sort()).toEqual(['forever', 'young']);
    client.close();
  });

  test('takes a template with a new index on the same data, and refuses one with other keys', async () => {
    const space = made({ data: { Scans: table() } });
    await (await start(space)).stop();
    const index = {
      IndexName: 'byDevice',
      KeySchema: [{ AttributeName: 'device', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    const AttributeDefinitions = ['pk', 'device'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    }));
    space.write({ data: { Scans: table({ AttributeDefinitions, GlobalSecondaryIndexes: [index] }) } });
    const host = await start(space);
    const client = dynamoClient(host.endpoints.dynamodb);
    expect(JSON.stringify(await client.call('DescribeTable', { TableName: 'Data-Scans' }))).toContain(
      'byDevice',
    );
    client.close();
    await host.stop();
    space.write({
      data: {
        Scans: table({ KeySchema: [{ AttributeName: 'device', KeyType: 'HASH' }], AttributeDefinitions }),
      },
    });
    await expect(start(space)).rejects.toMatchObject({
      name: 'AssemblyUnsupported',
      message: expect.stringContaining('new data folder'),
    });
  });

  test('names what it cannot run in one line', async () => {
    const functions = { Any: 'export const handler = async () => ({});' };
    const cases: (readonly [AssemblySource, RegExp])[] = [
      [
        {
          functions,
          functionProperties: {
            Any: { Environment: { Variables: { HOST: { 'Fn::GetAtt': ['Cache', 'Endpoint'] } } } },
          },
          app: { Cache: { Type: 'AWS::ElastiCache::ServerlessCache' } },
        },
        /Cache\.Endpoint \(AWS::ElastiCache::ServerlessCache\)/,
      ],
      [
        {
          app: {
            Late: {
              Type: 'AWS::Scheduler::Schedule',
              Properties: {
                ScheduleExpression: 'sometimes',
                Target: { Arn: 'arn:aws:lambda:us-east-1:0:function:App-Any' },
              },
            },
          },
          functions,
        },
        /schedule sometimes/,
      ],
    ];
    for (const [source, message] of cases) await expect(start(made(source))).rejects.toThrow(message);
    const space = made({});
    writeFileSync(join(space.folder, 'file'), '');
    await expect(
      startHost({ assembly: space.assembly, data: join(space.folder, 'file', 'data'), port: 0 }),
    ).rejects.toMatchObject({ name: 'DataFolderUnwritable' });
    await expect(
      startHost({ assembly: join(space.folder, 'none'), data: space.data, port: 0 }),
    ).rejects.toMatchObject({ name: 'AssemblyUnreadable' });
  });

  test('a bundle that does not load fails its own requests, a missing one stops the start', async () => {
    const space = made({
      functions: {
        Broken: 'throw new Error("broken at load")',
        Whole: 'export const handler = async () => ({ statusCode: 204 })',
      },
      app: httpApi({ 'GET /broken': { fn: 'Broken' }, 'GET /whole': { fn: 'Whole' } }),
    });
    const reported: string[] = [];
    const host = await start(space, { report: (line) => reported.push(line) });
    expect((await fetch(`${host.baseUrl}/broken`)).status).toBe(500);
    expect(reported).toEqual([expect.stringMatching(/App-Broken does not load: broken at load/)]);
    expect((await fetch(`${host.baseUrl}/whole`)).status).toBe(204);
    await host.stop();
    rmSync(join(space.assembly, 'asset.Broken'), { recursive: true });
    await expect(start(space)).rejects.toMatchObject({
      name: 'AssemblyUnreadable',
      message: expect.stringContaining('no bundle'),
    });
  });

  test('a thread that crashes fails what it was doing and is replaced', async () => {
    const space = made({
      functions: {
        Thread: `export const handler = async (event) => {
  if (event.crash) process.exit(1);
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, 200));
  return 'here';
};`,
      },
    });
    const host = await start(space, { workers: ['Thread'] });
    const underWay = host.invoke('Thread', { wait: true });
    await Promise.all([
      expect(host.invoke('Thread', { crash: true })).rejects.toMatchObject({ name: 'FunctionError' }),
      expect(underWay).rejects.toMatchObject({ name: 'FunctionError' }),
    ]);
    expect(await host.invoke('Thread', {})).toBe('here');
  });

  test('answers what is under way before it stops', async () => {
    const space = made({
      functions: {
        Slow: 'export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 300)); return "done"; };',
      },
      app: httpApi({ 'GET /slow': { fn: 'Slow' } }),
    });
    const host = await start(space);
    const answer = fetch(`${host.baseUrl}/slow`).then((response) => response.text());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await host.stop();
    expect(await answer).toBe('done');
  });
});
