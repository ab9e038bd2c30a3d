import { describe, expect, test } from 'vitest';
import { resolve, type Scope } from '../../local/assembly/intrinsics.ts';
import { throttle } from '../../local/http/throttle.ts';
import { eventFilter } from '../../local/mappings/event-filter.ts';
import { periodMs } from '../../local/mappings/schedules.ts';
import { LOCAL_RETRIES, policyOf, retryDelays, retryPolicy } from '../../local/messaging/delivery-policy.ts';
import { canonicalText } from '../../local/messaging/sns-signing.ts';

test('a rate is read, any other schedule is refused by name', () => {
  expect(periodMs('rate(1 minute)')).toBe(60_000);
  expect(periodMs('rate(2 hours)')).toBe(7_200_000);
  for (const other of ['rate(1 week)', 'cron(0 8 1 * ? *)', 'at(2023-07-04T11:30:00)', 'every day']) {
    expect(() => periodMs(other)).toThrow(`the schedule ${other} is not understood`);
  }
});

describe('an event filter passes what Lambda would pass', () => {
  const record = { eventName: 'INSERT', n: 5, dynamodb: { Keys: { sk: { S: 'B#1' } } } };

  test.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['REMOVE'] }, false],
    [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'B#' }] } } } }, true],
    [{ dynamodb: { Keys: { sk: { S: [{ prefix: 'R#' }] } } } }, false],
    [{ dynamodb: { Keys: { sk: { S: [{ suffix: '1' }] } } } }, true],
    [{ dynamodb: { NewImage: { x: [{ exists: false }] } } }, true],
    [{ dynamodb: { Keys: { sk: { S: [{ exists: true }] } } } }, true],
    [{ eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
    [{ eventName: [{ 'anything-but': { prefix: 'INS' } }] }, false],
    [{ eventName: [{ 'equals-ignore-case': 'insert' }] }, true],
    [{ n: [{ numeric: ['>', 0, '<=', 5] }] }, true],
    [{ n: [{ numeric: ['>', 5] }] }, false],
    [{ $or: [{ eventName: ['REMOVE'] }, { n: [5] }] }, true],
  ])('%j: %s', (pattern, expected) => {
    expect(eventFilter([JSON.stringify(pattern)])(record)).toBe(expected);
  });

  test('several patterns are alternatives, none lets all pass', () => {
    expect(eventFilter(['{"n":[6]}', '{"n":[5]}'])(record)).toBe(true);
    expect(eventFilter([])(record)).toBe(true);
  });
});

describe('a webhook is retried in the phases of its policy', () => {
  test('at once, then at the shortest delay, then ever slower, then at the longest', () => {
    const policy = {
      minDelayTarget: 1,
      maxDelayTarget: 9,
      numRetries: 8,
      numNoDelayRetries: 2,
      numMinDelayRetries: 1,
      numMaxDelayRetries: 2,
    };
    expect(retryDelays({ ...policy, backoffFunction: 'linear' })).toEqual([0, 0, 1, 1, 5, 9, 9, 9]);
    const exponential = retryDelays({ ...policy, backoffFunction: 'exponential' });
    expect(exponential.map((delay) => Math.round(delay))).toEqual([0, 0, 1, 1, 3, 9, 9, 9]);
  });

  test('the subscription’s policy comes before the topic’s, and SNS’s defaults fill it', () => {
    const own = JSON.stringify({ healthyRetryPolicy: { numRetries: 1 } });
    const topics = JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 2 } } });
    expect(policyOf(own, topics)).toEqual(retryPolicy.parse({ numRetries: 1 }));
    expect(policyOf(undefined, topics).numRetries).toBe(2);
    expect(policyOf('not json', undefined)).toBe(LOCAL_RETRIES);
    expect(retryDelays(retryPolicy.parse({}))).toEqual([20, 20, 20]);
  });
});

test('a signature covers the fields that AWS documents, in their order', () => {
  const message = {
    Type: 'Notification' as const,
    MessageId: 'm',
    Message: 'hello',
    TopicArn: 't',
    Timestamp: 'now',
    UnsubscribeURL: 'u',
  };
  expect(canonicalText(message)).toBe(
    'Message\nhello\nMessageId\nm\nTimestamp\nnow\nTopicArn\nt\nType\nNotification\n',
  );
});

test('a throttled route lets the burst pass, then the rate', () => {
  const bucket = throttle({ ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 });
  const passed = (at: number, requests: number) =>
    Array.from({ length: requests }, () => bucket.take(at)).filter(Boolean).length;
  expect(passed(1_000, 5)).toBe(3);
  expect(passed(2_000, 5)).toBe(2);
  expect(passed(60_000, 5)).toBe(3);
  expect(throttle({}).take(0)).toBe(true);
});

describe('a template value means on this machine what it means on AWS', () => {
  const scope: Scope = {
    stack: 'App',
    attribute: (id, name) => `${id}/${name}`,
    importValue: (name) => `imported ${name}`,
  };

  test.each([
    [{ Ref: 'Queue' }, 'Queue/Ref'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Fn', 'Arn'] }, 'Fn/Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-000000000000'],
    [{ 'Fn::ImportValue': 'Data:x' }, 'imported Data:x'],
    [{ 'Fn::Sub': 'assets-$' + '{AWS::AccountId}' }, 'assets-000000000000'],
    [
      { a: 1, b: [{ Ref: 'Queue' }] },
      { a: 1, b: ['Queue/Ref'] },
    ],
  ])('%j', (value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  test('what has no meaning here is an error, not a guess', () => {
    for (const name of ['Fn::Cidr', 'Fn::Select', 'Fn::If']) {
      expect(() => resolve({ [name]: [] }, scope)).toThrow(`does not know ${name}`);
    }
  });
});
