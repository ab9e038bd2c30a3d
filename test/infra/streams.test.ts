import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { Assembly, functionsOf, plain, type Resource } from './assembly.ts';

const keys = { pk: 'HASH', sk: 'RANGE' };
const keySchema = (sort = 'sk', partition = 'pk') => [
  { AttributeName: partition, KeyType: keys.pk },
  { AttributeName: sort, KeyType: keys.sk },
];

describe('tables, streams and queues', () => {
  let assembly: Assembly;
  let mappings: ReadonlyMap<string, Record<string, unknown> & { source: string }>;

  const table = (name: string): Resource | undefined =>
    assembly.all('AWS::DynamoDB::Table').find(({ id }) => plain(id) === name);

  beforeAll(() => {
    assembly = new Assembly(inject('assembly'));
    const names = new Map(
      [...functionsOf(assembly)].map(([name, { stack, id }]) => [`${stack}.${plain(id)}`, name]),
    );
    mappings = new Map(
      assembly
        .all('AWS::Lambda::EventSourceMapping')
        .map(({ stack, properties }) => [
          names.get(assembly.text(stack, properties['FunctionName'])) ?? '',
          { ...properties, source: assembly.text(stack, properties['EventSourceArn']) },
        ]),
    );
  });

  test.each(['Attendance', 'Counts', 'Announcements', 'Registry'])(
    '%s costs what it is used, can be restored to any second, and is not deleted by mistake',
    (name) => {
      expect(table(name)).toMatchObject({
        deletionPolicy: 'Retain',
        properties: {
          KeySchema: keySchema(),
          BillingMode: 'PAY_PER_REQUEST',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
        },
      });
    },
  );

  test('counts stay exact: the index that pins a key’s items to one partition is there', () => {
    expect(table('Attendance')?.properties['LocalSecondaryIndexes']).toEqual([
      { IndexName: 'conflicts', KeySchema: keySchema('conflictAt'), Projection: { ProjectionType: 'ALL' } },
    ]);
  });

  test('only what is due is in the index of what is due', () => {
    expect(table('Announcements')?.properties['GlobalSecondaryIndexes']).toMatchObject([
      {
        IndexName: 'due',
        KeySchema: keySchema('publishAt', 'duePk'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  test('streams carry the item before and after; the registry, which holds names, has none (I9)', () => {
    // Written by shared/store/attendance/refusals.ts alone.
    expect(table('Attendance')?.properties['TimeToLiveSpecification']).toEqual({
      AttributeName: 'ttl',
      Enabled: true,
    });
    for (const name of ['Counts', 'Announcements']) {
      expect(table(name)?.properties['StreamSpecification']).toEqual({
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      });
    }
    expect(table('Registry')?.properties).not.toHaveProperty('StreamSpecification');
  });

  test('only pairing codes, refusals of unknown badges and the like expire: no record does', () => {
    expect(table('Registry')?.properties['TimeToLiveSpecification']).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    });
    // Written by shared/store/attendance/refusals.ts alone.
    expect(table('Attendance')?.properties['TimeToLiveSpecification']).toEqual({
      AttributeName: 'ttl',
      Enabled: true,
    });
    for (const name of ['Counts', 'Announcements']) {
      expect(table(name)?.properties).not.toHaveProperty('TimeToLiveSpecification');
    }
  });

  test.each([
    ['count', 'TurnoutData.Attendance.StreamArn'],
    ['place', 'TurnoutData.Attendance.StreamArn'],
    ['announce', 'TurnoutData.Announcements.StreamArn'],
  ])('%s is told of what happens', (name, source) => {
    expect(mappings.get(name)).toMatchObject({ source });
  });

  test('no reader of a stream misses anything, and each applies a shard in order, a batch at a time (I4, I7)', () => {
    const readers = [...mappings.values()].filter(({ source }) => source.endsWith('.StreamArn'));
    expect(readers.length).toBeGreaterThanOrEqual(2);
    for (const mapping of readers) {
      expect(mapping).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: expect.any(Number),
        MaximumBatchingWindowInSeconds: 0,
        ParallelizationFactor: 1,
        MaximumRetryAttempts: -1,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      expect(mapping).not.toHaveProperty('MaximumRecordAgeInSeconds');
      expect(mapping).not.toHaveProperty('TumblingWindowInSeconds');
      expect(mapping).not.toHaveProperty('DestinationConfig');
    }
  });

  test('a stream has at most two readers: with more, all of them are throttled', () => {
    const sources = [...mappings.values()].map(({ source }) => source);
    for (const source of sources)
      expect(sources.filter((other) => other === source).length).toBeLessThanOrEqual(2);
  });

  test('counting keeps up in a rush, though it paces live messages', () => {
    expect(mappings.get('count')).toMatchObject({ BatchSize: 1000 });
  });

  test('every change of attendance reaches the counts: nothing is filtered out', () => {
    expect(mappings.get('count')).not.toHaveProperty('FilterCriteria');
  });

  test('what is under embargo never reaches the sender: it sees new editions only (I7)', () => {
    const { Filters } = z
      .object({ Filters: z.array(z.object({ Pattern: z.string() })) })
      .parse(mappings.get('announce')?.['FilterCriteria']);
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'E#' }] } } } },
    ]);
  });

  test('a function that reports failed items is fed by a mapping that asks for them', () => {
    for (const name of readdirSync('functions')) {
      const sources = readdirSync(join('functions', name)).filter((file) => file.endsWith('.ts'));
      const reports = sources.some((file) =>
        /batchItemFailures/.test(readFileSync(join('functions', name, file), 'utf8')),
      );
      if (reports) expect(mappings.get(name)?.['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  test('scheduled announcements are looked for every minute and published from the queue', () => {
    expect(mappings.get('publish-due')).toMatchObject({ source: 'TurnoutMessaging.Due.Arn' });
    const release = functionsOf(assembly).get('release');
    const schedule = assembly.all('AWS::Scheduler::Schedule').find(({ stack, properties }) => {
      const { Target } = z.object({ Target: z.object({ Arn: z.unknown() }) }).parse(properties);
      return assembly.text(stack, Target.Arn) === `${release?.stack}.${plain(release?.id ?? '')}.Arn`;
    });
    expect(schedule?.properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
  });

  test('a message that fails again and again is kept for a person, not dropped', () => {
    const queues = new Map(
      assembly.all('AWS::SQS::Queue').map((queue) => [plain(queue.id), queue.properties]),
    );
    expect(queues.get('Due')).toMatchObject({ RedrivePolicy: { maxReceiveCount: 5 } });
    for (const last of ['AnnouncementsDead', 'DueDead', 'Parked']) {
      expect(queues.get(last)).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    }
    expect(Number(queues.get('Due')?.['VisibilityTimeout'])).toBeGreaterThanOrEqual(
      6 * Number(functionsOf(assembly).get('publish-due')?.properties['Timeout']),
    );
  });

  test('messages are encrypted at rest, and on their way', () => {
    for (const { properties } of assembly.all('AWS::SQS::Queue')) {
      expect(properties).toMatchObject({ SqsManagedSseEnabled: true });
    }
    for (const { properties } of assembly.all('AWS::SNS::Topic'))
      expect(properties).toHaveProperty('KmsMasterKeyId');

    const policies = [...assembly.all('AWS::SQS::QueuePolicy'), ...assembly.all('AWS::SNS::TopicPolicy')];
    const protectedOnes = policies.filter(({ properties }) =>
      z
        .object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) })
        .parse(properties)
        .PolicyDocument.Statement.some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
        ),
    );
    const wanted = assembly.all('AWS::SQS::Queue').length + assembly.all('AWS::SNS::Topic').length;
    expect(protectedOnes).toHaveLength(wanted);
  });
});
