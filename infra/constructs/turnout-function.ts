import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ITEM_LEFT_OUT } from '../../shared/store/readable.ts';
import { type Foundation, functionOf, resourceOf } from '../foundation.ts';
import type { ReadManifest } from '../manifest.ts';
import { Alarm } from './alarm.ts';

/** Of what functions measure themselves. */
export const METRICS_NAMESPACE = 'Turnout';

/** Items that could not be read, of all functions: each that runs tells of an item once. */
export const UNREADABLE_METRIC = 'ItemsUnreadable';

const MINUTE = { period: Duration.minutes(1) };

/** Why a role has actions on `*`; the infra tests hold the list of those actions. */
const UNSCOPED =
  'Sending traces to X-Ray and dynamodb:ListStreams have no resource type in IAM: they can be allowed on * ' +
  'only, and neither reads nor changes anything of ours.';

/** One of our functions with the house's defaults: its settings, its permissions, its logs and its alarms. */
export class TurnoutFunction extends Construct {
  readonly lambda: lambda.Function;

  constructor(scope: Construct, name: string, foundation: Foundation) {
    super(scope, name);
    const { manifest, bundle } = functionOf(foundation, name);
    const { does, memoryMb, timeoutSeconds, reserved, whenItFails } = manifest;

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.lambda = new lambda.Function(this, 'Function', {
      description: does,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(bundle, { exclude: ['*.map'] }),
      handler: 'index.handler',
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      role: this.role(manifest, foundation, logGroup),
      environment: {
        ...environmentOf(name, manifest, foundation),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        LOG_LEVEL: 'INFO',
      },
    });

    new MetricFilter(this, 'Unreadable', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', ITEM_LEFT_OUT),
      metricNamespace: METRICS_NAMESPACE,
      metricName: UNREADABLE_METRIC,
    });

    new Alarm(this, 'Errors', {
      metric: this.lambda.metricErrors(MINUTE),
      costsUser: whenItFails,
      operations: foundation.operations,
    });
    new Alarm(this, 'Throttles', {
      metric: this.lambda.metricThrottles(MINUTE),
      costsUser: `More is asked of ${name} than it may run at once. ${whenItFails}`,
      operations: foundation.operations,
    });
  }

  private role(manifest: ReadManifest, foundation: Foundation, logGroup: LogGroup): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Instead of AWS's managed policy, which lets a function write to every log group.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of statementsOf(manifest, foundation)) role.addToPolicy(statement);
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: UNSCOPED });
    for (const name of Object.keys(manifest.may)) {
      const { wildcard } = resourceOf(foundation, name);
      if (wildcard) Validations.of(role).acknowledge(wildcard);
    }
    return role;
  }
}

/** @throws when this deployment has no value for one of the settings */
const environmentOf = (name: string, { settings }: ReadManifest, { resources }: Foundation) => {
  const values = new Map(Object.values(resources).flatMap((one) => Object.entries(one.settings)));
  return Object.fromEntries(
    settings.map((setting) => {
      const value = values.get(setting);
      if (value === undefined) throw new Error(`functions/${name}: no resource has a setting ${setting}`);
      return [setting, value];
    }),
  );
};

/**
 * Exact actions, a statement for each resource. CDK's `grant…` methods would allow scans and deletes that no function
 * of ours makes, and would stand all over the stacks.
 */
const statementsOf = (manifest: ReadManifest, foundation: Foundation): PolicyStatement[] => [
  ...Object.entries(manifest.may).map(([name, actions]) => {
    const { service, arn, conditions } = resourceOf(foundation, name);
    return new PolicyStatement({
      actions: actions.map((action) => `${service}:${action}`),
      resources: [arn],
      ...(conditions && { conditions }),
    });
  }),
  ...triggerStatements(manifest, foundation),
];

const triggerStatements = ({ runs }: ReadManifest, foundation: Foundation): PolicyStatement[] => {
  const allowed = (resources: readonly string[], ...actions: string[]) =>
    new PolicyStatement({ actions, resources: [...resources] });
  const { onStream, onQueues = [] } = runs ?? {};
  return [
    ...(onStream
      ? [
          allowed(
            [streamOf(foundation, onStream.of)],
            'dynamodb:DescribeStream',
            'dynamodb:GetRecords',
            'dynamodb:GetShardIterator',
          ),
          // Has no resource type in IAM, and Lambda wants it of whoever reads a stream.
          allowed(['*'], 'dynamodb:ListStreams'),
        ]
      : []),
    ...(onQueues.length > 0
      ? [
          allowed(
            onQueues.map(({ of }) => resourceOf(foundation, of).arn),
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:ChangeMessageVisibility',
          ),
        ]
      : []),
  ];
};

/** @throws when the table has no stream */
export const streamOf = (foundation: Foundation, table: string): string => {
  const { stream } = resourceOf(foundation, table);
  if (stream === undefined) throw new Error(`the table ${table} has no stream`);
  return stream;
};
