import * as z from 'zod';

/** The parts of resource properties that the host acts on. CloudFormation takes numbers and booleans as text too. */
const int = z.coerce.number().int();
const bool = z.union([z.boolean(), z.stringbool()]);
const text = z.string();
/** JSON documents are given as objects or as text. */
const json = z.union([
  z.record(text, z.unknown()),
  text.transform((value) => z.record(text, z.unknown()).parse(JSON.parse(value))),
]);

const keySchema = z.array(z.object({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const index = z.object({
  IndexName: text,
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: text.default('ALL'), NonKeyAttributes: z.array(text).optional() }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html */
export const tableProperties = z.object({
  TableName: text.optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  LocalSecondaryIndexes: z.array(index).optional(),
  GlobalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z.object({ StreamViewType: text }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: text.optional(), Enabled: bool }).optional(),
});

export const functionProperties = z.object({
  FunctionName: text.optional(),
  Handler: text,
  Runtime: text,
  Timeout: int.default(3),
  MemorySize: int.default(128),
  /** Inline code (custom resources of CDK) has no S3Key and does not run here. */
  Code: z.object({ S3Key: text.optional() }),
  Environment: z.object({ Variables: z.record(text, z.coerce.string()).default({}) }).optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export const mappingProperties = z.object({
  EventSourceArn: text,
  FunctionName: text,
  Enabled: bool.default(true),
  BatchSize: int.optional(),
  MaximumBatchingWindowInSeconds: int.default(0),
  ParallelizationFactor: int.default(1),
  BisectBatchOnFunctionError: bool.default(false),
  MaximumRetryAttempts: int.default(-1),
  MaximumRecordAgeInSeconds: int.default(-1),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).optional(),
  FunctionResponseTypes: z.array(text).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: text })).default([]) }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: text }).optional() }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: int.optional() }).optional(),
});

export const apiProperties = z.object({
  Name: text.optional(),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(text).default([]),
      AllowMethods: z.array(text).default([]),
      AllowHeaders: z.array(text).default([]),
      ExposeHeaders: z.array(text).default([]),
      AllowCredentials: bool.default(false),
      MaxAge: int.optional(),
    })
    .optional(),
});
export type Cors = NonNullable<z.infer<typeof apiProperties>['CorsConfiguration']>;

export const routeProperties = z.object({
  ApiId: text,
  RouteKey: text,
  Target: text,
  AuthorizationType: z.enum(['NONE', 'CUSTOM', 'JWT', 'AWS_IAM']).default('NONE'),
  AuthorizerId: text.optional(),
});

export const integrationProperties = z.object({
  IntegrationUri: text,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: int.default(30_000),
});

export const authorizerProperties = z.object({
  AuthorizerType: z.enum(['REQUEST', 'JWT']),
  AuthorizerUri: text.optional(),
  AuthorizerResultTtlInSeconds: int.default(300),
  EnableSimpleResponses: bool.default(false),
  IdentitySource: z.array(text).default([]),
});

const routeSettings = z.object({
  ThrottlingBurstLimit: int.optional(),
  ThrottlingRateLimit: z.coerce.number().optional(),
});
export type RouteSettings = z.infer<typeof routeSettings>;

export const stageProperties = z.object({
  StageName: text,
  DefaultRouteSettings: routeSettings.optional(),
  RouteSettings: z.record(text, routeSettings).default({}),
});

export const topicProperties = z.object({ TopicName: text.optional(), DeliveryPolicy: json.optional() });

export const subscriptionProperties = z.object({
  TopicArn: text,
  Protocol: text,
  Endpoint: text,
  FilterPolicy: json.optional(),
  FilterPolicyScope: text.optional(),
  RawMessageDelivery: bool.optional(),
  RedrivePolicy: json.optional(),
  DeliveryPolicy: json.optional(),
});

export const queueProperties = z.object({
  QueueName: text.optional(),
  DelaySeconds: int.optional(),
  VisibilityTimeout: int.optional(),
  MessageRetentionPeriod: int.optional(),
  ReceiveMessageWaitTimeSeconds: int.optional(),
  MaximumMessageSize: int.optional(),
  FifoQueue: bool.optional(),
  ContentBasedDeduplication: bool.optional(),
  RedrivePolicy: json.optional(),
});

export const scheduleProperties = z.object({
  ScheduleExpression: text,
  ScheduleExpressionTimezone: text.default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.object({ Arn: text, Input: text.optional() }),
});

export const ruleProperties = z.object({
  ScheduleExpression: text.optional(),
  State: text.default('ENABLED'),
  Targets: z.array(z.object({ Arn: text, Input: text.optional() })).default([]),
});

const authModes = z.array(z.object({ AuthType: text.optional() })).default([]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-api.html */
export const eventApiProperties = z.object({
  EventConfig: z.object({
    AuthProviders: z.array(
      z.object({
        AuthType: text,
        LambdaAuthorizerConfig: z.object({ AuthorizerUri: text }).optional(),
      }),
    ),
    ConnectionAuthModes: authModes,
  }),
});
export const channelNamespaceProperties = z.object({ Name: text });

export const secretProperties = z.object({
  Name: text.optional(),
  SecretString: text.optional(),
  GenerateSecretString: z
    .object({
      PasswordLength: int.default(32),
      ExcludeCharacters: text.default(''),
      ExcludePunctuation: bool.default(false),
      SecretStringTemplate: text.optional(),
      GenerateStringKey: text.optional(),
    })
    .optional(),
});
