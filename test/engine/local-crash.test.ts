import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type DynamoClient, dynamoClient } from '../../local/engine/dynamo-client.ts';
import { startHost } from '../../local/host.ts';
import { imported, mapping, table, type Workspace, workspace } from './fixtures/assembly.ts';
import { isSignedBy, webhook } from './fixtures/webhook.ts';

const started = z.object({
  ready: z.boolean(),
  baseUrl: z.string().default(''),
  endpoints: z.object({ dynamodb: z.string(), sns: z.string(), sqs: z.string() }).optional(),
  name: z.string().optional(),
  message: z.string().optional(),
});
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('a host that is killed', () => {
  const children: ChildProcess[] = [];
  const spaces: Workspace[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await delay(50);
    for (const space of spaces.splice(0)) space.remove();
  });

  const made = () => {
    const space = workspace({});
    const notes = join(space.folder, 'notes');
    writeFileSync(notes, '');
    space.write({
      data: {
        Scans: table(),
        Jobs: { Type: 'AWS::SQS::Queue' },
        Tasks: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 600 } },
      },
      functions: {
        Slow: `import { appendFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  appendFileSync(${JSON.stringify(notes)}, Records[0].body + '\\n');
  await new Promise(() => undefined);
};`,
        Consumer: `import { appendFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  for (const { dynamodb } of Records) appendFileSync(${JSON.stringify(notes)}, dynamodb.Keys.pk.S + '\\n');
};`,
      },
      app: {
        Mapping: mapping('Consumer', imported('ScansStream'), { BatchSize: 5 }),
        OfTasks: mapping('Slow', imported('TasksArn'), {}),
      },
    });
    spaces.push(space);
    return { space, seen: () => readFileSync(notes, 'utf8').split('\n').filter(Boolean) };
  };

  const run = async (space: Workspace) => {
    const script = fileURLToPath(new URL('./fixtures/host-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, space.assembly, space.data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => appendFileSync(join(space.folder, 'stderr'), chunk));
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    const answer = started.parse(JSON.parse(text.split('\n')[0] ?? ''));
    const kill = async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    };
    return { answer, endpoints: answer.endpoints ?? { dynamodb: '', sns: '', sqs: '' }, kill };
  };

  const put = (client: DynamoClient, pk: string) =>
    client.call('PutItem', { TableName: 'Data-Scans', Item: { pk: { S: pk } } });

  test('loses nothing that was acknowledged and delivers what its mappings had not seen', async () => {
    const { space, seen } = made();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const host = await run(space);
      const client = dynamoClient(host.endpoints.dynamodb);
      const writing = (async () => {
        for (let n = 0; ; n += 1) {
          await put(client, `${round}-${n}`);
          acknowledged.push(`${round}-${n}`);
        }
      })().catch(() => undefined);
      await delay(400);
      await host.kill();
      await writing;
      client.close();
    }
    const last = await startHost({
      assembly: space.assembly,
      data: space.data,
      port: 0,
      report: () => undefined,
    });
    await last.drained();
    const client = dynamoClient(last.endpoints.dynamodb);
    const { Count } = z
      .object({ Count: z.number() })
      .parse(await client.call('Scan', { TableName: 'Data-Scans', Select: 'COUNT' }));
    client.close();
    await last.stop();
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(Count).toBeGreaterThanOrEqual(acknowledged.length);
    expect(new Set(seen())).toEqual(new Set([...acknowledged, ...seen()]));
    expect(new Set(seen()).size).toBe(Count);
  });

  test('takes its engine with it and keeps queue messages, confirmations and undelivered posts', async () => {
    const { space, seen } = made();
    const first = await run(space);
    const sqs = (endpoint: string) => new SQSClient({ region: 'us-east-1', endpoint, credentials });
    const send = (queue: string, MessageBody: string) =>
      sqs(first.endpoints.sqs).send(
        new SendMessageCommand({ QueueUrl: `${first.endpoints.sqs}/000000000000/${queue}`, MessageBody }),
      );
    await send('Data-Jobs', 'kept');
    await send('Data-Tasks', 'begun');
    await expect.poll(seen, { timeout: 5_000 }).toEqual(['begun']);
    const sns = new SNSClient({ region: 'us-east-1', endpoint: first.endpoints.sns, credentials });
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'kept' }));
    const hook = await webhook();
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: hook.url }));
    const asked = await hook.nth('SubscriptionConfirmation', 0);
    await fetch(asked.message.SubscribeURL ?? '');
    const port = Number(new URL(hook.url).port);
    await hook.close();
    await sns.send(new PublishCommand({ TopicArn, Message: 'while the webhook was away' }));
    await first.kill();
    await delay(200);
    await expect(fetch(first.endpoints.dynamodb)).rejects.toThrow();
    const back = await webhook(false, port);
    const second = await run(space);
    const got = await back.nth('Notification', 0);
    expect(got.message.Message).toBe('while the webhook was away');
    expect(await isSignedBy(got)).toBe(true);
    const { Messages } = await sqs(second.endpoints.sqs).send(
      new ReceiveMessageCommand({ QueueUrl: `${second.endpoints.sqs}/000000000000/Data-Jobs` }),
    );
    expect(Messages?.[0]?.Body).toBe('kept');
    // Else subscribers would wait for as long as the queue thinks that somebody is at it.
    await expect.poll(seen, { timeout: 5_000 }).toEqual(['begun', 'begun']);
    await back.close();
  });

  test('leaves no lock behind, while a running host keeps its folder and its port', async () => {
    const { space } = made();
    const first = await run(space);
    const other = await run(space);
    expect(other.answer).toMatchObject({ ready: false, name: 'DataFolderInUse' });
    expect(other.answer.message).not.toContain('\n');
    const port = Number(new URL(first.answer.baseUrl).port);
    await expect(
      startHost({ assembly: space.assembly, data: join(space.folder, 'other'), port }),
    ).rejects.toMatchObject({ name: 'PortInUse' });
    await first.kill();
    const again = await run(space);
    expect(again.answer.ready).toBe(true);
  });
});
