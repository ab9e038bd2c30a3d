import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Foundation } from '../foundation.ts';
import { type FunctionName, functionProfiles } from '../function-profiles.ts';
import { environmentOf } from '../function-settings.ts';
import { mayUse, statementsOf, UNSCOPED } from '../permissions.ts';
import { Alarm } from './alarm.ts';

/** Of what functions measure themselves. */
export const METRICS_NAMESPACE = 'Turnout';

const MINUTE = { period: Duration.minutes(1) };

/** One of our functions with the house's defaults: its settings, its permissions, its logs and its alarms. */
export class TurnoutFunction extends Construct {
  readonly lambda: lambda.Function;

  constructor(scope: Construct, name: FunctionName, foundation: Foundation) {
    super(scope, name);
    const { memoryMb, timeout, reserved, whenItFails } = functionProfiles[name];
    const { folders, bundles, messaging } = foundation;
    const names = folders.get(name);
    const bundle = bundles.get(name);
    if (names === undefined || bundle === undefined) throw new Error(`functions/${name}/index.ts is missing`);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.lambda = new lambda.Function(this, 'Function', {
      description: `Turnout ${name}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(bundle, { exclude: ['*.map'] }),
      handler: 'index.handler',
      memorySize: memoryMb,
      timeout,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      role: this.role(name, foundation, logGroup),
      environment: {
        ...environmentOf(foundation, names),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        LOG_LEVEL: 'INFO',
      },
    });

    new Alarm(this, 'Errors', {
      metric: this.lambda.metricErrors(MINUTE),
      costsUser: whenItFails,
      operations: messaging.operations,
    });
    new Alarm(this, 'Throttles', {
      metric: this.lambda.metricThrottles(MINUTE),
      costsUser: `More is asked of ${name} than it may run at once. ${whenItFails}`,
      operations: messaging.operations,
    });
  }

  private role(name: FunctionName, foundation: Foundation, logGroup: LogGroup): Role {
    const { messaging } = foundation;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Instead of AWS's managed policy, which lets a function write to every log group.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of statementsOf(name, foundation)) role.addToPolicy(statement);
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: UNSCOPED });
    if (mayUse(name, 'announcement topics')) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${messaging.topicPrefix}-*]`,
        reason:
          'Topics of announcements are made at run time, one for each event and language, under this prefix.',
      });
    }
    return role;
  }
}
