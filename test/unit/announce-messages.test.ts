import {
  AuthorizationErrorException,
  FilterPolicyLimitExceededException,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  ThrottledException,
} from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { announce, NotSentError } from '../../functions/announce/announce.ts';
import { RefusedForGoodError, snsPublisher } from '../../functions/announce/sns-publisher.ts';
import { snsSubscriptions } from '../../functions/subscriptions/sns-subscriptions.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { dueQueue } from '../../shared/runtime/due-queue.ts';
import { NotQueuedError } from '../../shared/runtime/send-all.ts';
import type { Change } from '../../shared/runtime/stream.ts';
import { editionItem } from '../../shared/store/announcements/items.ts';
import type { SendingResult } from '../../shared/store/announcements/ledger.ts';

const sqs = mockClient(SQSClient);
const sns = mockClient(SNSClient);
beforeEach(() => {
  sqs.reset();
  sns.reset();
});

const said = { $metadata: {}, message: 'said so' };
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:operations';

const anEdition = (audience: readonly string[] = ['en', 'zh']): AnnouncementEdition => ({
  announcementId: 'a1',
  edition: 1,
  change: 'published',
  at: 0,
  kind: 'report',
  content: { en: { title: 't', body: 'b' } },
  mainLanguage: 'en',
  audience,
  topics: [],
  sessionId: null,
  note: null,
  reason: null,
});

describe('a wake-up that the queue refused would be taken for sent', () => {
  const NOW = 1_000_000;
  const wakeUps = Array.from({ length: 12 }, (_, index) => ({
    event: 'gdec-2023',
    announcementId: `a${index}`,
    publishAt: NOW + index * 10_001,
  }));
  const queue = () => dueQueue(new SQSClient({ region: 'us-east-1' }), 'https://sqs.example/due');

  test('the refused ones alone are sent again', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [], Failed: [{ Id: '3', SenderFault: false, Code: 'InternalError' }] })
      .resolves({ Successful: [], Failed: [] });
    await queue().send(wakeUps, NOW);
    const sent = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(sent.map((entries) => entries.length)).toEqual([10, 1, 2]);
    expect(sent[1]?.[0]).toMatchObject({ Id: '3', DelaySeconds: 31 });
    expect(sent[0]?.[0]).toMatchObject({ DelaySeconds: 0 });
  });

  test('after some tries it says so, and the rest is sent', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolves({ Failed: [{ Id: '0', SenderFault: false, Code: 'Throttled' }], Successful: [] });
    await expect(queue().send(wakeUps, NOW)).rejects.toThrow(NotQueuedError);
    await expect(queue().send(wakeUps, NOW)).rejects.toThrow(/2 messages not queued: Throttled/);
  });
});

describe('an announcement that SNS did not take would be taken for sent', () => {
  const change: Change = {
    kind: 'INSERT',
    sequenceNumber: '1',
    keys: { pk: 'gdec-2023#a1', sk: 'E#000001' },
    before: undefined,
    after: editionItem('gdec-2023', anEdition()),
  };
  const ledgerOf = (claims: Record<string, 'claimed' | 'settled' | 'busy'> = {}) => {
    const settled: Record<string, SendingResult> = {};
    return {
      settled,
      claim: async ({ language }: { language: string }) => claims[language] ?? 'claimed',
      settle: async ({ language }: { language: string }, result: SendingResult) => {
        settled[language] = result;
      },
    };
  };
  const publish = () =>
    snsPublisher(new SNSClient({ region: 'us-east-1', maxAttempts: 1 }), TOPIC, 'turnout');

  test('a throttled language comes again, the other is not sent twice', async () => {
    sns
      .on(PublishCommand)
      .resolves({ MessageId: 'm' })
      .on(PublishCommand, { TopicArn: `${TOPIC.replace('operations', 'turnout-gdec-2023-zh')}` })
      .rejects(new ThrottledException(said));
    const ledger = ledgerOf();
    await expect(announce({ ledger, publish: publish(), clock: () => 0 })(change)).rejects.toThrow(
      NotSentError,
    );
    expect(ledger.settled).toMatchObject({ en: { state: 'sent', messageId: 'm' }, zh: { state: 'retry' } });
    const again = ledgerOf({ en: 'settled' });
    sns.on(PublishCommand).resolves({ MessageId: 'm2' });
    await announce({ ledger: again, publish: publish(), clock: () => 0 })(change);
    expect(Object.keys(again.settled)).toEqual(['zh']);
  });

  test('a language that another sender has is waited for', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'm' });
    await expect(
      announce({ ledger: ledgerOf({ zh: 'busy' }), publish: publish(), clock: () => 0 })(change),
    ).rejects.toThrow(/zh/);
  });

  test('what SNS refuses for good is noted and holds up nobody', async () => {
    sns.on(PublishCommand).rejects(new NotFoundException(said));
    await expect(publish()('gdec-2023', anEdition(), 'en')).rejects.toThrow(RefusedForGoodError);
    const ledger = ledgerOf();
    await announce({ ledger, publish: publish(), clock: () => 0 })(change);
    expect(ledger.settled['en']).toEqual({ state: 'failed', detail: 'NotFoundException' });
  });

  test('a permission that is missing holds up nobody, and is tried again', async () => {
    sns.on(PublishCommand).rejects(new AuthorizationErrorException(said));
    const ledger = ledgerOf();
    await announce({ ledger, publish: publish(), clock: () => 0 })(change);
    expect(ledger.settled['en']).toEqual({ state: 'retry', detail: 'ForbiddenError' });
  });

  test('drafts, plans, changes and the ledger itself are never sent', async () => {
    const ledger = ledgerOf();
    const handle = announce({ ledger, publish: publish(), clock: () => 0 });
    await handle({ ...change, kind: 'MODIFY' });
    await handle({ ...change, kind: 'REMOVE' });
    for (const sk of ['A#a1', 'S#000001#en', 'P#2023-07-04T00:00:00.000Z#a1'])
      await handle({ ...change, keys: { pk: 'x', sk } });
    expect(sns.commandCalls(PublishCommand)).toHaveLength(0);
  });
});

describe('a subscriber would not know why SNS said no', () => {
  const subscribe = () =>
    snsSubscriptions(new SNSClient({ region: 'us-east-1', maxAttempts: 1 }), 'arn:dead').subscribe(
      'arn:topic',
      { protocol: 'https', address: 'https://hooks.example.org/', loopback: false },
      { kinds: ['award'] },
    );

  test.each([
    [new FilterPolicyLimitExceededException(said), 'conflict'],
    [new ThrottledException(said), 'too-many-requests'],
    [
      new InvalidParameterException({ ...said, message: 'Invalid parameter: Unreachable Endpoint' }),
      'validation',
    ],
    [new NotFoundException(said), 'unavailable'],
  ])('%s', async (error, code) => {
    sns.on(SubscribeCommand).rejects(error);
    await expect(subscribe()).rejects.toMatchObject({ name: 'Problem', code });
  });

  test('one who is subscribed with another filter gets the answer of all others', async () => {
    const message =
      'Invalid parameter: Attributes Reason: Subscription already exists with different attributes';
    sns.on(SubscribeCommand).rejects(new InvalidParameterException({ ...said, message }));
    await expect(subscribe()).resolves.toBeUndefined();
  });
});
