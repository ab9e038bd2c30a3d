import { expect, inject, test } from 'vitest';
import * as z from 'zod';
import { Assembly } from './assembly.ts';

const policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({ Action: z.array(z.string()), Effect: z.literal('Allow'), Resource: z.unknown() }),
    ),
  }),
});

test('what SNS could not deliver would be logged nowhere, or it could write into any log', () => {
  const assembly = new Assembly(inject('assembly'));
  const [made, ...others] = assembly
    .all('AWS::IAM::Role')
    .filter(({ properties }) => JSON.stringify(properties).includes('sns.amazonaws.com'));
  expect(others).toEqual([]);
  expect(made?.properties).toMatchObject({
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  });
  const statements = assembly
    .all('AWS::IAM::Policy')
    .filter(({ properties }) => JSON.stringify(properties['Roles']) === JSON.stringify([{ Ref: made?.id }]))
    .flatMap(({ properties }) => policy.parse(properties).PolicyDocument.Statement);
  expect(
    statements.map(({ Action, Resource }) => [Action, assembly.text(made?.stack ?? '', Resource)]),
  ).toEqual([
    [
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      'arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:sns/AWS::Region/AWS::AccountId/turnout-*',
    ],
  ]);
});
