import * as z from 'zod';

/**
 * The parts of resource properties that the host acts on. A literal is the one value that runs here: another one is
 * refused by the property's name. CloudFormation takes numbers and booleans as text too.
 */
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
  Code: z.object({ S3Key: text }),
  Environment: z.object({ Variables: z.record(text, z.coerce.string()).default({}) }).optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export const mappingProperties = z.object({
  EventSourceArn: text,
  FunctionName: text,
  Enabled: z.literal(true).optional(),
  BatchSize: int,
  MaximumBatchingWindowInSeconds: z.literal(0).default(0),
  ParallelizationFactor: z.literal(1).default(1),
  BisectBatchOnFunctionError: bool.default(false),
  /** For ever: a stream's reader loses nothing. */
  MaximumRetryAttempts: z.literal(-1).default(-1),
  MaximumRecordAgeInSeconds: z.literal(-1).default(-1),
  StartingPosition: z.literal('TRIM_HORIZON').optional(),
  FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: text })) }).optional(),
  DestinationConfig: z.undefined().optional(),
  ScalingConfig: z.object({ MaximumConcurrency: int.optional() }).optional(),
});

export const apiProperties = z.object({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .object({
      /** Without wildcards within. */
      AllowOrigins: z.array(text.regex(/^(\*|[^*]+)$/)),
      AllowMethods: z.array(text.regex(/^[A-Z]+$/)),
      AllowHeaders: z.array(text.regex(/^[^*]+$/)),
      ExposeHeaders: z.array(text).default([]),
      AllowCredentials: z.literal(false).default(false),
      MaxAge: int.default(0),
    })
    .optional(),
});
export type Cors = NonNullable<z.infer<typeof apiProperties>['CorsConfiguration']>;

export const routeProperties = z.object({
  ApiId: text,
  RouteKey: text,
  Target: text,
  AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
  AuthorizerId: text.optional(),
});

export const integrationProperties = z.object({
  IntegrationUri: text,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: int.default(30_000),
});

export const authorizerProperties = z.object({
  AuthorizerType: z.literal('REQUEST'),
  AuthorizerUri: text,
  AuthorizerResultTtlInSeconds: int.default(300),
  EnableSimpleResponses: z.literal(true),
  IdentitySource: z.tuple([text.regex(/^\$request\.header\./, 'only one header identifies a caller here')]),
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

export const topicProperties = z.object({
  TopicName: text.optional(),
  FifoTopic: z.literal(false).optional(),
});

export const subscriptionProperties = z.object({
  TopicArn: text,
  Protocol: text,
  Endpoint: text,
  FilterPolicy: json.optional(),
  FilterPolicyScope: text.optional(),
  RawMessageDelivery: bool.optional(),
  RedrivePolicy: json.optional(),
});

export const queueProperties = z.object({
  QueueName: text.optional(),
  DelaySeconds: int.optional(),
  VisibilityTimeout: int.optional(),
  MessageRetentionPeriod: int.optional(),
  ReceiveMessageWaitTimeSeconds: int.optional(),
  MaximumMessageSize: int.optional(),
  FifoQueue: z.literal(false).optional(),
  RedrivePolicy: json.optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-configurationseteventdestination.html */
export const mailEventProperties = z.object({
  ConfigurationSetName: text,
  EventDestination: z.object({
    MatchingEventTypes: z.array(text),
    SnsDestination: z.object({ TopicARN: text }),
  }),
});

export const scheduleProperties = z.object({
  ScheduleExpression: text,
  State: z.literal('ENABLED').default('ENABLED'),
  Target: z.object({ Arn: text, Input: text.optional() }),
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
  GenerateSecretString: z.object({
    PasswordLength: int.default(32),
    ExcludePunctuation: z.literal(true),
    ExcludeCharacters: z.literal('').default(''),
    SecretStringTemplate: z.undefined().optional(),
  }),
});
