import { createServer } from 'node:http';
import type { APIGatewayProxyStructuredResultV2, DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as z from 'zod';
import { dynamoClient } from '../../local/engine/dynamo-client.ts';
import { type Operation, routeKey } from '../../shared/contract/operation.ts';
import { storedSession } from '../../shared/contract/sessions.ts';
import type { HttpEvent } from '../../shared/runtime/http.ts';
import { type Principal, principalToContext } from '../../shared/runtime/principal.ts';
import { eventStore } from '../../shared/store/events.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { startTestEngine } from './engine.ts';
import { startMessaging } from './messaging.ts';

export const EVENT = 'gdec-2023';
const organizer: Principal = { kind: 'user', subject: 'ada', roles: ['organizer'], events: null };

/** The one session of the event. */
const CLOSING = storedSession.parse({
  sessionId: 'closing-ceremony',
  title: { en: 'Closing ceremony' },
  venueId: 'cncc',
  startsAt: '2023-07-05T08:00:00.000Z',
  endsAt: '2023-07-05T10:00:00.000Z',
  admission: {},
  shards: 1,
  version: 1,
});

export interface Request {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly principal?: Principal;
  /** Address that API Gateway sees. */
  readonly source?: string;
}

export interface Response {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly json: z.infer<typeof json>;
}

/** Loose on purpose: tests say what they expect of it. */
const json = z.record(z.string(), z.any()).catch({});

const answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().default(''),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type HttpHandler = (event: HttpEvent, context: never) => Promise<APIGatewayProxyStructuredResultV2>;

/** Calls an operation as API Gateway would. */
export const call = async (
  handler: unknown,
  operation: Pick<Operation, 'method' | 'path'>,
  {
    params = {},
    query = {},
    headers = {},
    body,
    principal = organizer,
    source = '203.0.113.1',
  }: Request = {},
): Promise<Response> => {
  const pathParameters: Record<string, string> = { event: EVENT, ...params };
  const rawPath = operation.path.replace(/\{(\w+)\}/g, (_match, name) => pathParameters[name] ?? '');
  const event = {
    version: '2.0',
    routeKey: routeKey(operation),
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { host: 'api.example.org', 'content-type': 'application/json', ...headers },
    queryStringParameters: query,
    pathParameters,
    requestContext: {
      requestId: 'r1',
      http: { sourceIp: source },
      authorizer: { lambda: principalToContext(principal) },
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
  const result = answer.parse(
    await z.custom<HttpHandler>().parse(handler)(
      z.custom<HttpEvent>().parse(event),
      z.custom<never>().parse({}),
    ),
  );
  return {
    status: result.statusCode,
    headers: result.headers,
    text: result.body,
    json: json.parse(parseJson(result.body)),
  };
};

const streamRecords = z.object({
  Records: z.array(z.custom<DynamoDBRecord>()),
});
const streams = z.object({ Streams: z.array(z.object({ StreamArn: z.string() })) });
const shards = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const iterator = z.object({ ShardIterator: z.string() });

/** Everything that the Announcements stream holds, as Lambda gets it. */
const readStream = async (endpoint: string): Promise<DynamoDBRecord[]> => {
  const client = dynamoClient(endpoint);
  try {
    const [stream] = streams.parse(
      await client.streams('ListStreams', { TableName: 'Announcements' }),
    ).Streams;
    const StreamArn = stream?.StreamArn ?? '';
    const { Shards } = shards.parse(await client.streams('DescribeStream', { StreamArn })).StreamDescription;
    const records: DynamoDBRecord[] = [];
    for (const { ShardId } of Shards) {
      const { ShardIterator } = iterator.parse(
        await client.streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      records.push(...streamRecords.parse(await client.streams('GetRecords', { ShardIterator })).Records);
    }
    return records;
  } finally {
    client.close();
  }
};

/** Issues tokens of organizers, and shows the key to check them by. */
const startIssuer = async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
  });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url,
    token: (roles: readonly string[], events?: readonly string[]) =>
      new SignJWT({ roles, ...(events && { events }) })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setSubject('ada')
        .setIssuer(url)
        .setAudience('turnout')
        .setExpirationTime('1h')
        .sign(privateKey),
    stop: () => server.close(),
  };
};

/** Secrets Manager's one operation, with one secret. */
const startSecretsOf = async (secret: string) => {
  const server = createServer((_request, response) => {
    response
      .setHeader('content-type', 'application/x-amz-json-1.1')
      .end(JSON.stringify({ SecretString: secret }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    stop: () => server.close(),
  };
};

/** Handlers as deployed, from their index files, on real engines. */
export const startAnnouncementHost = async (languages: readonly string[] = ['en', 'zh']) => {
  const [engine, messaging, issuer] = await Promise.all([startTestEngine(), startMessaging(), startIssuer()]);
  const operations = await messaging.topic('operations');
  for (const language of languages) await messaging.topic(`turnout-${EVENT}-${language}`);
  const [due, parked, dead] = await Promise.all(['due', 'parked', 'announcements-dead'].map(messaging.queue));
  const channels = await Promise.all(['email', 'webhook', 'push'].map(messaging.queue));
  const [plan, mailEvents, undelivered] = await Promise.all(
    ['plan', 'mail-events', 'deliveries-dead'].map(messaging.queue),
  );
  const secrets = await startSecretsOf('secret of the test');
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SNS: messaging.endpoint,
    AWS_ENDPOINT_URL_SQS: messaging.endpoint,
    ANNOUNCEMENTS_TABLE: 'Announcements',
    REGISTRY_TABLE: 'Registry',
    TOPIC_PREFIX: 'turnout',
    OPERATIONS_TOPIC_ARN: operations,
    DUE_QUEUE_URL: due?.url,
    EMAIL_QUEUE_URL: channels[0]?.url,
    WEBHOOK_QUEUE_URL: channels[1]?.url,
    PUSH_QUEUE_URL: channels[2]?.url,
    PLAN_QUEUE_URL: plan?.url,
    MAIL_EVENTS_QUEUE_URL: mailEvents?.url,
    DELIVERIES_DEAD_QUEUE_URL: undelivered?.url,
    SUBSCRIBERS_TABLE: 'Subscribers',
    MAIL_FROM: 'News <news@example.org>',
    SIGNING_SECRET_ARN: 'signing',
    SEALING_SECRET_ARN: 'sealing',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    PARKED_QUEUE_URL: parked?.url,
    ANNOUNCEMENTS_DEAD_QUEUE_ARN: dead?.arn,
    ISSUER: issuer.url,
    JWKS_URL: `${issuer.url}/jwks.json`,
    AUDIENCE: 'turnout',
    LOOPBACK_WEBHOOKS: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_DEV: 'false',
  });
  const events = eventStore(engine.documents, 'Registry');
  await events.create(
    EVENT,
    {
      title: { en: 'Global Digital Economy Conference 2023', zh: '2023全球数字经济大会' },
      timeZone: 'Asia/Shanghai',
      languages: [...languages],
      onePlaceAtATime: false,
    },
    [],
  );
  const programmes = programmeStore(engine.documents, 'Registry');
  await programmes.replace(await events.existing(EVENT), { venues: [], sessions: [CLOSING] });
  const [announcements, announce, release, publishDue, subscriptions, deliveries, readable] =
    await Promise.all([
      import('../../functions/announcements/index.ts'),
      import('../../functions/announce/index.ts'),
      import('../../functions/release/index.ts'),
      import('../../functions/publish-due/index.ts'),
      import('../../functions/subscriptions/index.ts'),
      import('../../functions/deliveries/index.ts'),
      import('../../functions/public-announcements/index.ts'),
    ]);
  const tokens = {
    organizer: await issuer.token(['organizer'], ['*']),
    press: await issuer.token(['press'], [EVENT]),
    viewer: await issuer.token(['viewer'], ['*']),
    elsewhere: await issuer.token(['organizer'], ['other']),
  };

  return {
    engine,
    messaging,
    events,
    announcements: announcements.handler,
    announce: announce.handler,
    release: release.handler,
    publishDue: publishDue.handler,
    subscriptions: subscriptions.handler,
    deliveries: deliveries.handler,
    mailTasks: channels[0]?.url ?? '',
    webhookTasks: channels[1]?.url ?? '',
    public: readable.handler,
    tokens,
    streamRecords: () => readStream(engine.endpoint),
    dueUrl: due?.url ?? '',
    deadArn: dead?.arn ?? '',
    wakeUp: (body: unknown, messageId = 'm1'): SQSRecord =>
      z
        .custom<SQSRecord>()
        .parse({ messageId, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    stop: async () => {
      issuer.stop();
      secrets.stop();
      await messaging.stop();
      await engine.stop();
    },
  };
};
export type AnnouncementHost = Awaited<ReturnType<typeof startAnnouncementHost>>;
