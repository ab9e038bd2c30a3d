import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { noticeData } from '../../shared/contract/notices.ts';
import { aScan, ask, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const SESSION = 'thematic-forum-1';
const notice = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.enum([
    'io.turnout.session.capacity.v1',
    'io.turnout.device.silent.v1',
    'io.turnout.counts.drift.v1',
    'io.turnout.checkin.conflict.v1',
  ]),
  time: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
const envelope = z.object({ Message: z.string() });

let system: TestTurnout;
let sqs: SQSClient;
let queue: string;
const told: z.infer<typeof notice>[] = [];

/** Reads what the operations topic has said until it holds what is waited for. */
const until = async (holds: () => boolean): Promise<void> => {
  for (const started = Date.now(); !holds(); ) {
    if (Date.now() - started > 20_000) throw new Error(`told only ${JSON.stringify(told)}`);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '' } of Messages) {
      told.push(notice.parse(JSON.parse(envelope.parse(JSON.parse(Body)).Message)));
    }
  }
};
const ofType = (type: string) => told.filter((each) => each.type === type);

beforeAll(async () => {
  system = await startTestTurnout();
  const { aws } = system.credentials;
  const client = { ...aws, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  sqs = new SQSClient(client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'duty' }));
  queue = present(QueueUrl);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
  );
  const sns = new SNSClient(client);
  await sns.send(
    new SubscribeCommand({
      TopicArn: system.turnout.host.topicArn('Operations'),
      Protocol: 'sqs',
      Endpoint: present(Attributes?.['QueueArn']),
    }),
  );
  sns.destroy();
});
afterAll(async () => {
  sqs?.destroy();
  await system?.stop();
});

describe('the person on duty', () => {
  it('is told that a room fills up, once for each threshold', async () => {
    const { event, organizerToken: token } = system.credentials;
    const path = `/events/${event}/sessions/${SESSION}`;
    const read = await ask(system.credentials, 'GET', path, { token });
    const patched = await ask(system.credentials, 'PATCH', path, {
      token,
      body: {
        admission: { capacity: 5 },
        watch: { thresholds: [80, 100] },
        whenFull: { mode: 'publish' },
        // Nobody is told of a session that is over, and the test runs at any hour.
        endsAt: new Date(Date.now() + 48 * 3_600_000).toISOString(),
      },
      headers: { 'if-match': present(read.headers.get('etag')) },
    });
    expect(patched.status).toBe(200);
    const door = present(system.credentials.devices[0]).token;
    for (const badge of system.badges.slice(0, 5)) {
      const [result] = await sendScans(system.credentials, door, [aScan(badge.code, { sessionId: SESSION })]);
      expect(result?.outcome).toBe('admitted');
    }
    await until(() => ofType('io.turnout.session.capacity.v1').length >= 2);
    expect(
      ofType('io.turnout.session.capacity.v1').map(({ id, source, data }) => ({ id, source, data })),
    ).toEqual(
      [80, 100].map((threshold) => ({
        id: expect.stringMatching(new RegExp(`^${event}\\.${SESSION}\\.capacity\\.${threshold}\\.\\d+$`)),
        source: `/events/${event}`,
        data: { sessionId: SESSION, threshold, inside: expect.any(Number), capacity: 5 },
      })),
    );
  });

  it('need not tell the public that it is full: a notice is out by itself, once', async () => {
    const shown = () => ask(system.credentials, 'GET', `/events/${system.credentials.event}/announcements`);
    const listed = z.object({
      items: z.array(z.object({ sessionId: z.string().nullable(), kind: z.string() })),
    });
    await expect
      .poll(async () => (await shown()).json(listed).items, { timeout: 20_000 })
      .toEqual([{ sessionId: SESSION, kind: 'notice' }]);
  });

  it('is told that two doors let the same badge in, with both and when', async () => {
    const [one, two] = system.credentials.devices.filter(({ role }) => role === 'scanner');
    const badge = present(system.badges[10]);
    await sendScans(system.credentials, present(one).token, [aScan(badge.code)]);
    const offline = aScan(badge.code, { admittedOffline: true });
    const [result] = await sendScans(system.credentials, present(two).token, [offline]);
    expect(result).toMatchObject({ outcome: 'admitted', conflict: 'already_inside' });
    await until(() => ofType('io.turnout.checkin.conflict.v1').length > 0);
    expect(ofType('io.turnout.checkin.conflict.v1')).toMatchObject([
      {
        data: {
          badgeId: badge.badgeId,
          conflict: 'already_inside',
          scanId: offline.scanId,
          scan: { deviceId: present(two).deviceId, scannedAt: offline.scannedAt },
          previous: { deviceId: present(one).deviceId },
        },
      },
    ]);
    for (const { type, data } of told) expect(noticeData[type].safeParse(data).success).toBe(true);
  });
});
