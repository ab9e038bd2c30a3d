import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CONFLICTS_INDEX, DUE_INDEX } from './data-stack.ts';
import type { Foundation } from './foundation.ts';
import type { FunctionName } from './function-profiles.ts';

/** What functions may be let into, by name; see `arnOf`. */
const resourceNames = [
  'attendance',
  'attendance conflicts',
  'attendance stream',
  'counts',
  'announcements',
  'announcements due',
  'announcements stream',
  'registry',
  'registry devices',
  'signing secret',
  'announcement topics',
  'due queue',
  'parked queue',
  'live channel',
  'counts stream',
  'operations topic',
  'operations key',
  'anything',
] as const;
type ResourceName = (typeof resourceNames)[number];

type Permissions = Readonly<Partial<Record<ResourceName, readonly string[]>>>;

const GET = 'dynamodb:GetItem';
const QUERY = 'dynamodb:Query';
const PUT = 'dynamodb:PutItem';
const UPDATE = 'dynamodb:UpdateItem';
const DELETE = 'dynamodb:DeleteItem';
const BATCH_GET = 'dynamodb:BatchGetItem';
const BATCH_WRITE = 'dynamodb:BatchWriteItem';
const READ_SECRET = 'secretsmanager:GetSecretValue';
const READ_STREAM = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
const CONSUME = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
];
/** Has no resource type in IAM, and Lambda wants it of whoever reads a stream. */
const LIST_STREAMS = 'dynamodb:ListStreams';

/**
 * What each function may do, and where. A transaction needs the actions of its parts and no other.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const permissions: Readonly<Record<FunctionName, Permissions>> = {
  'check-in': {
    attendance: [GET, QUERY, PUT, UPDATE],
    counts: [QUERY],
    registry: [GET, QUERY],
    // When a device was last heard of; the door writes nothing else there.
    'registry devices': [UPDATE],
  },
  authorizer: { registry: [GET] },
  'token-claims': {},
  'live-authorizer': { registry: [GET] },
  attendance: {
    // The put is a mark: `verify` waits until the counter has seen it.
    attendance: [QUERY, PUT],
    'attendance conflicts': [QUERY],
    counts: [GET, QUERY, UPDATE],
    registry: [GET, QUERY],
  },
  export: { attendance: [QUERY], counts: [QUERY], registry: [GET, QUERY] },
  programme: {
    registry: [GET, QUERY, PUT, UPDATE, BATCH_WRITE],
    'signing secret': [READ_SECRET],
    'announcement topics': ['sns:CreateTopic'],
  },
  badges: {
    registry: [GET, QUERY, PUT, UPDATE, DELETE, BATCH_GET],
    attendance: [BATCH_GET],
    'signing secret': [READ_SECRET],
  },
  devices: { registry: [GET, QUERY, PUT, UPDATE, DELETE] },
  announcements: {
    announcements: [GET, QUERY, PUT],
    registry: [GET],
    // What is scheduled for the next two minutes is handed over at once: `release` may have just passed.
    'due queue': ['sqs:SendMessage'],
  },
  'public-announcements': { announcements: [GET, QUERY], registry: [GET] },
  subscriptions: {
    registry: [GET],
    'announcement topics': ['sns:Subscribe', 'sns:ListSubscriptionsByTopic'],
  },
  meta: { registry: [GET] },
  count: {
    'attendance stream': READ_STREAM,
    counts: [GET, UPDATE],
    'parked queue': ['sqs:SendMessage'],
    'live channel': ['appsync:EventPublish'],
    anything: [LIST_STREAMS],
  },
  place: {
    'attendance stream': READ_STREAM,
    // GetItem, Query and PutItem are the gate's, where capacity is enforced.
    attendance: [GET, QUERY, PUT, UPDATE, BATCH_GET],
    registry: [GET, QUERY, UPDATE],
    anything: [LIST_STREAMS],
  },
  watch: {
    'counts stream': READ_STREAM,
    // PutItem leaves a mark in the stream, see AttendanceStore.mark.
    attendance: [QUERY, PUT],
    'attendance conflicts': [QUERY],
    counts: [GET, QUERY, UPDATE],
    registry: [GET, QUERY],
    'operations topic': ['sns:Publish'],
    'operations key': ['kms:GenerateDataKey', 'kms:Decrypt'],
    anything: [LIST_STREAMS],
  },
  announce: {
    'announcements stream': READ_STREAM,
    announcements: [GET, UPDATE],
    'announcement topics': ['sns:Publish'],
    anything: [LIST_STREAMS],
  },
  release: { 'announcements due': [QUERY], 'due queue': ['sqs:SendMessage'] },
  'session-end': {
    attendance: [GET, QUERY, PUT, UPDATE],
    counts: [QUERY],
    registry: [GET, QUERY],
  },
  'publish-due': { announcements: [GET, PUT], 'due queue': CONSUME },
};

/** Why a role has actions on `*`; the infra tests hold the list of those actions. */
export const UNSCOPED =
  'Sending traces to X-Ray and dynamodb:ListStreams have no resource type in IAM: they can be allowed on * ' +
  'only, and neither reads nor changes anything of ours.';

const present = (arn: string | undefined): string => {
  if (arn === undefined) throw new Error('this deployment has no such resource');
  return arn;
};

/** The only place that turns the names above into resources. */
const arnOf = ({ data, messaging, identity, live }: Foundation, resource: ResourceName): string => {
  switch (resource) {
    case 'attendance':
      return data.attendance.tableArn;
    case 'attendance conflicts':
      return `${data.attendance.tableArn}/index/${CONFLICTS_INDEX}`;
    case 'attendance stream':
      return present(data.attendance.tableStreamArn);
    case 'counts':
      return data.counts.tableArn;
    case 'announcements':
      return data.announcements.tableArn;
    case 'announcements due':
      return `${data.announcements.tableArn}/index/${DUE_INDEX}`;
    case 'announcements stream':
      return present(data.announcements.tableStreamArn);
    case 'registry':
    case 'registry devices':
      return data.registry.tableArn;
    case 'signing secret':
      return identity.signingSecret.secretArn;
    case 'announcement topics':
      return messaging.announcementTopicsArn;
    case 'due queue':
      return messaging.due.queueArn;
    case 'parked queue':
      return messaging.parked.queueArn;
    case 'counts stream':
      return present(data.counts.tableStreamArn);
    case 'operations topic':
      return messaging.operations.topicArn;
    case 'operations key':
      return messaging.operationsKey.keyArn;
    case 'live channel':
      return present(live?.channelsArn);
    case 'anything':
      return '*';
  }
};

/** Narrows a table to some of its partition keys; see shared/store/registry-keys.ts. */
const conditionsOf = (resource: ResourceName) =>
  resource === 'registry devices'
    ? { conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['E#*#D'] } } }
    : {};

/** The statements of a function's role, one for each resource. */
export const statementsOf = (name: FunctionName, foundation: Foundation): PolicyStatement[] =>
  resourceNames.flatMap((resource) => {
    const actions = permissions[name][resource];
    if (!actions) return [];
    return new PolicyStatement({
      actions: [...actions],
      resources: [arnOf(foundation, resource)],
      ...conditionsOf(resource),
    });
  });

export const mayUse = (name: FunctionName, resource: ResourceName): boolean =>
  permissions[name][resource] !== undefined;
