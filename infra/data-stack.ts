import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  BADGES_OF_ANY_EVENT,
  CONFLICTS_INDEX,
  DEVICES_OF_ANY_EVENT,
  DUE_INDEX,
  KEY,
  TIME_TO_LIVE,
} from '../shared/store/tables.ts';
import { resource } from './constructs/resource.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

const table = (scope: Construct, id: string, props: Partial<TableProps> = {}): Table => {
  const made = new Table(scope, id, {
    partitionKey: text(KEY.partition),
    sortKey: text(KEY.sort),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...props,
  });
  new CfnOutput(scope, `${id}Table`, { value: made.tableName });
  return made;
};

const streamOf = ({ tableStreamArn }: Table): string => {
  if (tableStreamArn === undefined) throw new Error('this table has no stream');
  return tableStreamArn;
};

/** The tables. Their keys are described in shared/store, which alone reads and writes them. */
export class DataStack extends Stack {
  /** What the doors recorded: the source of truth. */
  readonly attendance: Table;
  /** The projection of attendance, and what the operations topic was told. */
  readonly counts: Table;
  readonly announcements: Table;
  /** Events, programme, badges, devices. */
  readonly registry: Table;
  /** Who gets announcements by mail, webhook and push, and what each of them got. */
  readonly subscribers: Table;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    this.attendance = table(this, 'Attendance', {
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      // Of refusals of unknown badges.
      timeToLiveAttribute: 'ttl',
    });
    // Besides listing conflicts, this index is what makes counting exact. DynamoDB never splits an item
    // collection (all items of one partition key) of a table with a local secondary index over partitions,
    // so one partition key stays in one stream shard and its children, in order: the watermark of `count`
    // relies on that. Never remove it; an index of this kind cannot be added to a table later either.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
    this.attendance.addLocalSecondaryIndex({
      indexName: CONFLICTS_INDEX.name,
      sortKey: text(CONFLICTS_INDEX.sort),
      projectionType: ProjectionType.ALL,
    });

    this.counts = table(this, 'Counts', { stream: StreamViewType.NEW_AND_OLD_IMAGES });

    this.announcements = table(this, 'Announcements', { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    this.announcements.addGlobalSecondaryIndex({
      indexName: DUE_INDEX.name,
      partitionKey: text(DUE_INDEX.partition),
      sortKey: text(DUE_INDEX.sort),
      projectionType: ProjectionType.KEYS_ONLY,
    });

    this.registry = table(this, 'Registry', { timeToLiveAttribute: TIME_TO_LIVE });
    this.subscribers = table(this, 'Subscribers', { timeToLiveAttribute: TIME_TO_LIVE });
  }

  get resources() {
    const { attendance, counts, announcements, registry, subscribers } = this;
    return {
      attendance: resource({
        service: 'dynamodb',
        arn: attendance.tableArn,
        stream: streamOf(attendance),
        settings: { ATTENDANCE_TABLE: attendance.tableName },
      }),
      'attendance conflicts': resource({
        service: 'dynamodb',
        arn: `${attendance.tableArn}/index/${CONFLICTS_INDEX.name}`,
        settings: {},
      }),
      counts: resource({
        service: 'dynamodb',
        arn: counts.tableArn,
        stream: streamOf(counts),
        settings: { COUNTS_TABLE: counts.tableName },
      }),
      announcements: resource({
        service: 'dynamodb',
        arn: announcements.tableArn,
        stream: streamOf(announcements),
        settings: { ANNOUNCEMENTS_TABLE: announcements.tableName },
      }),
      'announcements due': resource({
        service: 'dynamodb',
        arn: `${announcements.tableArn}/index/${DUE_INDEX.name}`,
        settings: {},
      }),
      registry: resource({
        service: 'dynamodb',
        arn: registry.tableArn,
        settings: { REGISTRY_TABLE: registry.tableName },
      }),
      subscribers: resource({
        service: 'dynamodb',
        arn: subscribers.tableArn,
        settings: { SUBSCRIBERS_TABLE: subscribers.tableName },
      }),
      'registry devices': resource({
        service: 'dynamodb',
        arn: registry.tableArn,
        settings: {},
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [DEVICES_OF_ANY_EVENT] } },
      }),
      'registry badges': resource({
        service: 'dynamodb',
        arn: registry.tableArn,
        settings: {},
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': BADGES_OF_ANY_EVENT } },
      }),
    };
  }
}
