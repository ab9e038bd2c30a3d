import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { operations } from '../../shared/contract/routes.ts';
import { ITEM_LEFT_OUT } from '../../shared/store/readable.ts';
import { Assembly, functionsOf, plain, type Resource, variablesOf } from './assembly.ts';

/** Queues of what we deliver ourselves. */
const CHANNELS = ['Email', 'Webhook', 'Push'] as const;

/** What shows forgeries; it makes no badge and opens no address. */
const SEALING = 'secretsmanager:GetSecretValue TurnoutIdentity.SealingSecret';

/** Everything that a function may do: `<action> <resource>`. Adding to this list is a decision. */
const mayDo: Readonly<Record<string, readonly string[]>> = {
  'check-in': [
    ...on('Attendance', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Counts', 'Query'),
    ...on('Registry', 'GetItem', 'BatchGetItem', 'Query'),
    ...on('Registry', 'UpdateItem').map((allowed) => `${allowed} of E#*#D`),
  ],
  'walk-ins': [
    ...on('Attendance', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Counts', 'Query'),
    ...on('Registry', 'GetItem', 'BatchGetItem', 'Query'),
    ...on('Registry', 'UpdateItem').map((allowed) => `${allowed} of E#*#D`),
    // Somebody who comes without a badge gets one at the door.
    ...on('Registry', 'PutItem', 'UpdateItem').map(
      (allowed) => `${allowed} of E#*#B#*,E#*#C#*,E#*#BL,E#*#N#*`,
    ),
  ],
  annul: [...on('Attendance', 'GetItem', 'Query', 'PutItem', 'UpdateItem'), ...on('Registry', 'GetItem')],
  authorizer: [...on('Registry', 'GetItem'), SEALING],
  'device-authorizer': [...on('Registry', 'GetItem'), SEALING],
  attendance: [
    ...on('Attendance', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Attendance/index/conflicts', 'Query'),
    ...on('Counts', 'GetItem', 'Query', 'PutItem'),
    ...on('Registry', 'GetItem', 'Query'),
    SEALING,
  ],
  export: [
    ...on('Attendance', 'GetItem', 'Query'),
    ...on('Counts', 'Query'),
    ...on('Registry', 'GetItem', 'Query', 'BatchGetItem'),
    SEALING,
  ],
  programme: [
    ...on('Announcements', 'GetItem', 'PutItem'),
    ...on('Attendance', 'GetItem', 'Query', 'UpdateItem'),
    ...on('Registry', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    'secretsmanager:GetSecretValue TurnoutIdentity.SigningSecret',
    ...onTopics('CreateTopic', 'SetTopicAttributes', 'Subscribe'),
    'iam:PassRole TurnoutMessaging.DeliveryLog.Arn to sns.amazonaws.com',
  ],
  badges: [
    ...on('Registry', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...on('Registry', 'BatchGetItem'),
    ...on('Attendance', 'GetItem', 'BatchGetItem', 'Query'),
    SEALING,
    'secretsmanager:GetSecretValue TurnoutIdentity.SigningSecret',
  ],
  devices: [...on('Registry', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), SEALING],
  announcements: [
    ...on('Announcements', 'GetItem', 'Query', 'PutItem', 'DeleteItem'),
    ...on('Registry', 'GetItem'),
    'sqs:SendMessage TurnoutMessaging.Due.Arn',
  ],
  'public-announcements': [...on('Announcements', 'GetItem', 'Query'), ...on('Registry', 'GetItem'), SEALING],
  previews: [
    ...on('Announcements', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Registry', 'GetItem'),
  ],
  'public-pages': [
    ...on('Announcements', 'GetItem', 'Query'),
    ...on('Counts', 'Query'),
    ...on('Registry', 'GetItem', 'Query'),
    SEALING,
  ],
  subscriptions: [
    ...on('Registry', 'GetItem'),
    ...on('Subscribers', 'GetItem', 'Query', 'UpdateItem', 'DeleteItem'),
    ...onTopics('Subscribe', 'ListSubscriptionsByTopic'),
    ...toChannels(),
    'secretsmanager:GetSecretValue TurnoutIdentity.SigningSecret',
  ],
  plan: [
    ...consuming('DeliveriesPlan'),
    ...on('Announcements', 'GetItem'),
    ...on('Subscribers', 'Query', 'PutItem', 'BatchGetItem'),
    ...toChannels(),
  ],
  deliver: [
    ...CHANNELS.flatMap((channel) => consuming(`Deliveries${channel}`)),
    ...on('Subscribers', 'BatchGetItem', 'UpdateItem', 'PartiQLInsert', 'PartiQLUpdate'),
    ...on('Announcements', 'GetItem'),
    ...on('Registry', 'GetItem'),
    ...toChannels(),
    'secretsmanager:GetSecretValue TurnoutIdentity.SigningSecret',
    'ses:SendEmail arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/none.invalid',
    'ses:SendRawEmail arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/none.invalid',
    'ses:SendEmail arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/TurnoutMessaging.MailSet',
    'ses:SendRawEmail arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/TurnoutMessaging.MailSet',
  ],
  'mail-events': [...consuming('DeliveriesMailEvents'), ...on('Subscribers', 'UpdateItem', 'PartiQLUpdate')],
  deliveries: [
    ...on('Announcements', 'GetItem', 'Query'),
    ...on('Registry', 'GetItem'),
    ...on('Subscribers', 'GetItem', 'Query', 'UpdateItem'),
    ...toChannels(),
    // Dead letters go back to where they came from.
    'sqs:SendMessage TurnoutMessaging.DeliveriesPlan.Arn',
    'sqs:SendMessage TurnoutMessaging.DeliveriesMailEvents.Arn',
    'sqs:ReceiveMessage TurnoutMessaging.DeliveriesDead.Arn',
    'sqs:DeleteMessage TurnoutMessaging.DeliveriesDead.Arn',
    'sqs:ChangeMessageVisibility TurnoutMessaging.DeliveriesDead.Arn',
  ],
  meta: on('Registry', 'GetItem'),
  count: [
    ...onStream('Attendance'),
    ...on('Counts', 'GetItem', 'UpdateItem'),
    'sqs:SendMessage TurnoutMessaging.Parked.Arn',
    'appsync:EventPublish TurnoutLive.Livecounts.ChannelNamespaceArn',
    SEALING,
  ],
  // People alone watch: a flood of made-up device tokens reads nothing here.
  'live-authorizer': [],
  watch: [
    ...onStream('Counts'),
    ...on('Announcements', 'GetItem', 'PutItem'),
    ...on('Attendance', 'GetItem', 'Query', 'PutItem'),
    ...on('Attendance/index/conflicts', 'Query'),
    ...on('Counts', 'GetItem', 'Query', 'UpdateItem'),
    ...on('Registry', 'GetItem', 'Query'),
    'sns:Publish TurnoutMessaging.Operations',
    'kms:Decrypt TurnoutMessaging.OperationsKey.Arn',
    'kms:GenerateDataKey TurnoutMessaging.OperationsKey.Arn',
  ],
  place: [
    ...onStream('Attendance'),
    ...on('Attendance', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Registry', 'GetItem', 'Query', 'UpdateItem'),
  ],
  announce: [
    ...onStream('Announcements'),
    ...on('Announcements', 'GetItem', 'UpdateItem', 'Query'),
    ...on('Registry', 'Query'),
    ...onTopics('Publish'),
  ],
  release: [...on('Announcements/index/due', 'Query'), 'sqs:SendMessage TurnoutMessaging.Due.Arn'],
  'session-end': [
    ...on('Attendance', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...on('Counts', 'Query'),
    ...on('Registry', 'GetItem', 'Query'),
  ],
  'erase-events': [
    ...on('Attendance', 'Query', 'BatchWriteItem'),
    ...on('Counts', 'Query', 'BatchWriteItem'),
    ...on('Announcements', 'Query', 'BatchWriteItem'),
    ...on('Subscribers', 'Query', 'BatchWriteItem'),
    ...on('Registry', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'BatchWriteItem'),
    ...onTopics('DeleteTopic'),
  ],
  'publish-due': [...on('Announcements', 'GetItem', 'PutItem'), ...consuming('Due')],
};

/** Actions that IAM can allow on `*` only. */
const UNSCOPED = [
  'dynamodb:ListStreams',
  'ses:GetAccount',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

function on(resource: string, ...actions: string[]): string[] {
  const [table, ...index] = resource.split('/');
  return actions.map((action) => `dynamodb:${action} ${[`TurnoutData.${table}.Arn`, ...index].join('/')}`);
}
function consuming(queue: string): string[] {
  return ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'ChangeMessageVisibility'].map(
    (action) => `sqs:${action} TurnoutMessaging.${queue}.Arn`,
  );
}
function toChannels(): string[] {
  return CHANNELS.map((channel) => `sqs:SendMessage TurnoutMessaging.Deliveries${channel}.Arn`);
}
function onStream(table: string): string[] {
  return ['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
    (action) => `dynamodb:${action} TurnoutData.${table}.StreamArn`,
  );
}
function onTopics(...actions: string[]): string[] {
  return actions.map((action) => `sns:${action} arn:AWS::Partition:sns:AWS::Region:AWS::AccountId:turnout-*`);
}

const onlyKeys = z
  .strictObject({
    'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': z.array(z.string()) }),
  })
  .transform((condition) => ` of ${condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'].join()}`);
const onlyTo = z
  .strictObject({ StringEquals: z.strictObject({ 'iam:PassedToService': z.tuple([z.string()]) }) })
  .transform((condition) => ` to ${condition.StringEquals['iam:PassedToService'].join()}`);

const policySchema = z.object({
  Roles: z.array(z.object({ Ref: z.string() })),
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: z.string().or(z.array(z.string())),
        Resource: z.unknown(),
        Condition: z.union([onlyKeys, onlyTo]).optional(),
      }),
    ),
  }),
});

const roleOf = ({ stack, properties }: Resource) =>
  `${stack} ${z.object({ Role: z.object({ 'Fn::GetAtt': z.array(z.string()) }) }).parse(properties).Role['Fn::GetAtt'][0]}`;

const allowances = (assembly: Assembly) => {
  const byRole = new Map<string, { action: string; resource: string }[]>();
  for (const { stack, properties } of assembly.all('AWS::IAM::Policy')) {
    const { Roles, PolicyDocument } = policySchema.parse(properties);
    for (const { Ref } of Roles) {
      const key = `${stack} ${Ref}`;
      const found = PolicyDocument.Statement.flatMap(({ Action, Resource, Condition }) =>
        [Action].flat().flatMap((action) =>
          (Array.isArray(Resource) ? Resource : [Resource]).map((one: unknown) => ({
            action,
            resource: `${assembly.text(stack, one)}${Condition ?? ''}`,
          })),
        ),
      );
      byRole.set(key, [...(byRole.get(key) ?? []), ...found]);
    }
  }
  return byRole;
};

const namesOnDisk = readdirSync('functions').filter((name) =>
  existsSync(join('functions', name, 'index.ts')),
);

describe('functions', () => {
  const folder = inject('assembly');
  const assembly = new Assembly(folder);
  const functions = functionsOf(assembly);

  test('nothing that was written is left undeployed', () => {
    expect([...functions.keys()].toSorted()).toEqual(namesOnDisk.toSorted());
  });

  test.each(namesOnDisk)('%s runs on the runtime it was tested with, and is traced', (name) => {
    expect(functions.get(name)?.properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
  });

  test.each(namesOnDisk)('%s starts: it has exactly the settings that it reads', async (name) => {
    const env: unknown = await import(`../../functions/${name}/function.ts`);
    const { settings } = z.object({ settings: z.array(z.string()) }).parse(env);
    const resource = functions.get(name);
    const given = Object.keys(resource ? variablesOf(resource) : {});
    const answersRequests = operations.some((operation) => operation.function === name);
    const forEvery = [
      ...(answersRequests ? ['PUBLIC_URL'] : []),
      'POWERTOOLS_SERVICE_NAME',
      'POWERTOOLS_METRICS_NAMESPACE',
      'LOG_LEVEL',
    ];
    expect(given.toSorted()).toEqual([...settings, ...forEvery].toSorted());
  });

  test.each(namesOnDisk)(
    'a hole in %s opens nothing else: it may do what is listed and no more (I9)',
    (name) => {
      const resource = functions.get(name);
      const allowed = resource ? (allowances(assembly).get(roleOf(resource)) ?? []) : [];
      const own = allowed.filter(
        ({ action, resource: where }) => !(UNSCOPED.includes(action) && where === '*'),
      );
      const logs = own.filter(({ action }) => action.startsWith('logs:'));
      const rest = own.filter(({ action }) => !action.startsWith('logs:'));
      expect(rest.map(({ action, resource: where }) => `${action} ${where}`).toSorted()).toEqual(
        [...(mayDo[name] ?? [])].toSorted(),
      );
      expect(logs.map(({ action }) => action).toSorted()).toEqual([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ]);
      for (const { resource: where } of logs) expect(where).toMatch(/Logs\.Arn$/);
    },
  );

  test('no role has a wildcard action, a managed policy or an inline policy', () => {
    for (const allowed of allowances(assembly).values()) {
      for (const { action, resource } of allowed) {
        expect(action).not.toContain('*');
        if (resource === '*') expect(UNSCOPED).toContain(action);
      }
    }
    for (const { properties } of assembly.all('AWS::IAM::Role')) {
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
      expect(properties).not.toHaveProperty('Policies');
    }
  });

  test('logs do not stay for ever', () => {
    const groups = assembly.all('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(functions.size + 1);
    for (const { properties } of groups) expect(properties).toMatchObject({ RetentionInDays: 30 });
    for (const { properties } of functions.values())
      expect(properties).toHaveProperty('LoggingConfig.LogGroup');
  });

  test('exports and readers of announcements cannot take the door’s capacity (I8)', () => {
    const reserved = (name: string) => functions.get(name)?.properties['ReservedConcurrentExecutions'];
    expect(reserved('check-in')).toBeGreaterThanOrEqual(100);
    expect(reserved('authorizer')).toBeGreaterThanOrEqual(100);
    expect(reserved('device-authorizer')).toBeGreaterThanOrEqual(100);
    expect(reserved('public-announcements')).toBeLessThanOrEqual(50);
    if (functions.has('export')) expect(reserved('export')).toBeLessThanOrEqual(10);
    const sum = [...functions.keys()].reduce((total, name) => total + Number(reserved(name) ?? 0), 0);
    // AWS keeps at least 100 of an account's 1,000 unreserved.
    expect(sum).toBeLessThanOrEqual(900);
  });

  test('the console says what each function is for', () => {
    for (const [name, { properties }] of functions)
      expect(properties['Description'], name).toMatch(/^[A-Z].{15,254}\.$/);
  });

  test('an item that whichever function cannot read wakes somebody', () => {
    const filters = assembly.all('AWS::Logs::MetricFilter').map(({ stack, properties }) => {
      const { LogGroupName, FilterPattern, MetricTransformations } = z
        .object({
          LogGroupName: z.unknown(),
          FilterPattern: z.string(),
          MetricTransformations: z.array(z.record(z.string(), z.string())).length(1),
        })
        .parse(properties);
      const [metric] = MetricTransformations;
      expect(metric).toEqual({ MetricNamespace: 'Turnout', MetricName: 'ItemsUnreadable', MetricValue: '1' });
      expect(FilterPattern).toBe(`{ $.message = "${ITEM_LEFT_OUT}" }`);
      return assembly.text(stack, LogGroupName);
    });
    const logs = [...functions.values()].map(({ stack, properties }) =>
      assembly.text(
        stack,
        z.object({ LoggingConfig: z.object({ LogGroup: z.unknown() }) }).parse(properties).LoggingConfig
          .LogGroup,
      ),
    );
    expect(filters.toSorted()).toEqual(logs.toSorted());
    const alarms = assembly
      .all('AWS::CloudWatch::Alarm')
      .filter(({ properties }) => properties['MetricName'] === 'ItemsUnreadable');
    expect(alarms.map(({ properties }) => properties)).toMatchObject([
      { Namespace: 'Turnout', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
    ]);
    expect(alarms[0]?.properties).not.toHaveProperty('Dimensions');
  });

  test('the person on call reads what an alarm costs a user, whatever fails', () => {
    const alarms = assembly.all('AWS::CloudWatch::Alarm');
    for (const { stack, properties } of alarms) {
      const { AlarmDescription, AlarmActions } = z
        .object({ AlarmDescription: z.string(), AlarmActions: z.array(z.unknown()) })
        .parse(properties);
      expect(AlarmDescription).toMatch(/^[A-Z].{30,}\.$/);
      expect(AlarmActions.map((action) => assembly.text(stack, action))).toEqual([
        'TurnoutMessaging.Operations',
      ]);
    }
    const watched = alarms.map(({ stack, properties }) => {
      const { MetricName, Dimensions = [] } = z
        .object({ MetricName: z.string(), Dimensions: z.array(z.object({ Value: z.unknown() })).optional() })
        .parse(properties);
      return `${MetricName} ${Dimensions.map(({ Value }) => assembly.text(stack, Value)).join()}`;
    });
    for (const { stack, id } of functions.values()) {
      expect(watched).toContain(`Errors ${stack}.${plain(id)}`);
      expect(watched).toContain(`Throttles ${stack}.${plain(id)}`);
    }
  });

  test('a cold start loads one file of our code and the SDK, without source maps', () => {
    const packages = readdirSync(folder).filter((name) => name.startsWith('asset.'));
    for (const name of packages) expect(readdirSync(join(folder, name))).toEqual(['index.mjs']);
    for (const name of namesOnDisk) {
      const meta = z
        .object({ outputs: z.record(z.string(), z.object({ bytes: z.number() })) })
        .parse(JSON.parse(readFileSync(join('dist', 'functions', `${name}.meta.json`), 'utf8')));
      expect(Object.keys(meta.outputs)).toHaveLength(1);
    }
  });

  test('the door’s function holds no credential chain and no chained schemas: they would double its start', () => {
    const { inputs } = z
      .object({ inputs: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join('dist', 'functions', 'check-in.meta.json'), 'utf8')));
    const files = Object.keys(inputs);
    expect(
      files.filter((file) => /credential-provider-(?!env)|nested-clients|zod\/v4\/classic/.test(file)),
    ).toEqual([]);
    expect(files).toContain('shared/runtime/default-credentials.ts');
    // Nor what stands beside a scan: texts of sessions, whole records of badges, writers of the programme.
    const beside = [
      /^shared\/contract\/(sessions|texts|programme|walk-ins|annulments|problem-details)\.ts$/,
      /^shared\/store\/(events|programme|devices|device-item)\.ts$/,
      /^shared\/store\/badges\/(badges|record|save|list|names|remove)\.ts$/,
      /^shared\/store\/attendance\/(conflicts|marks)\.ts$/,
    ];
    expect(files.filter((file) => beside.some((pattern) => pattern.test(file)))).toEqual([]);
  });
});
