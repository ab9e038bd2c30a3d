import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

interface ScheduleProps {
  readonly target: IFunction;
  /** `rate(…)` or `cron(…)` */
  readonly expression: string;
  /** What the function is invoked with; default: EventBridge's own envelope. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Runs a function at a time, by a role that may do nothing else. */
export class Schedule extends Construct {
  constructor(scope: Construct, name: string, { target, expression, input }: ScheduleProps) {
    super(scope, `${name}-schedule`);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
    );
    const schedule = new CfnSchedule(this, 'Schedule', {
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        ...(input && { input: JSON.stringify(input) }),
        // The next run does the work of one that was missed.
        retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: Duration.minutes(1).toSeconds() },
      },
    });
    schedule.node.addDependency(role);
  }
}
