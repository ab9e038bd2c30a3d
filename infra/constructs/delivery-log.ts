import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * With which SNS writes what it could not deliver, into log groups that it makes itself, one a topic.
 * https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
 */
export const deliveryLogRole = (scope: Construct, topicPrefix: string): Role => {
  const groups = Stack.of(scope).formatArn({
    service: 'logs',
    resource: `log-group:sns/${Aws.REGION}/${Aws.ACCOUNT_ID}/${topicPrefix}-*`,
  });
  const role = new Role(scope, 'DeliveryLog', {
    assumedBy: new ServicePrincipal('sns.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [groups],
    }),
  );
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:sns/<AWS::Region>/<AWS::AccountId>/${topicPrefix}-*]`,
    reason:
      'Topics of announcements are made at run time; SNS makes a log group for each, under their prefix.',
  });
  return role;
};
