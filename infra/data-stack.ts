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

const text = (name: string) => ({ name, type: AttributeType.STRING });

const table = (scope: Construct, id: string, props: Partial<TableProps> = {}): Table => {
  const made = new Table(scope, id, {
    partitionKey: text('pk'),
    sortKey: text('sk'),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...props,
  });
  new CfnOutput(scope, `${id}Table`, { value: made.tableName });
  return made;
};

/** Attribute that keeps scheduled announcements, and nothing else, in the index `due`. */
export const DUE_INDEX = 'due';
export const CONFLICTS_INDEX = 'conflicts';

/** The tables. Their keys are described in shared/store, which alone reads and writes them. */
export class DataStack extends Stack {
  /** What the doors recorded: the source of truth. */
  readonly attendance: Table;
  /** The projection of attendance; it can be rebuilt from it. */
  readonly counts: Table;
  readonly announcements: Table;
  /** Events, programme, badges, devices, subscriptions. */
  readonly registry: Table;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    this.attendance = table(this, 'Attendance', { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    // Besides listing conflicts, this index is what makes counting exact. DynamoDB never splits an item
    // collection (all items of one partition key) of a table with a local secondary index over partitions,
    // so one partition key stays in one stream shard and its children, in order: the watermark of `count`
    // relies on that. Never remove it; an index of this kind cannot be added to a table later either.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
    this.attendance.addLocalSecondaryIndex({
      indexName: CONFLICTS_INDEX,
      sortKey: text('conflictAt'),
      projectionType: ProjectionType.ALL,
    });

    this.counts = table(this, 'Counts', { stream: StreamViewType.NEW_AND_OLD_IMAGES });

    this.announcements = table(this, 'Announcements', { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    this.announcements.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: text('duePk'),
      sortKey: text('publishAt'),
      projectionType: ProjectionType.KEYS_ONLY,
    });

    this.registry = table(this, 'Registry', { timeToLiveAttribute: 'expiresAt' });
  }
}
