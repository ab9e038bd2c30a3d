import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Notice } from '../../shared/contract/notices.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countStore } from '../../shared/store/counts.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventStore } from '../../shared/store/events.ts';
import { noticeLedger } from '../../shared/store/notice-ledger.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { everyMinute, verifyCounts } from './scheduled.ts';
import { watch } from './watch.ts';

/** A changed capacity or threshold holds within this time, in ms. */
const PROGRAMME_MAX_AGE_MS = 10_000;

const env = readEnv(settings);
const client = dynamoClient();
const topic = new SNSClient({ maxAttempts: 5 });
const metrics = new Metrics();
const events = eventStore(dynamo(), env.REGISTRY_TABLE);

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

const deps = {
  events: events.names,
  event: events.get,
  programme: cached(programmeStore(dynamo(), env.REGISTRY_TABLE).get, { maxAgeMs: PROGRAMME_MAX_AGE_MS }),
  devices: deviceStore(dynamo(), env.REGISTRY_TABLE).all,
  counts: countStore(client, env.COUNTS_TABLE),
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  ledger: noticeLedger(dynamo(), env.COUNTS_TABLE),
  send: async (notice: Notice) => {
    await topic.send(
      new PublishCommand({
        TopicArn: env.OPERATIONS_TOPIC_ARN,
        Message: JSON.stringify(notice),
        MessageAttributes: { type: text(notice.type), source: text(notice.source) },
      }),
    );
  },
  measured: ({ checked, drifted }: { checked: number; drifted: number }) => {
    metrics.addMetric('CountersVerified', MetricUnit.Count, checked);
    metrics.addMetric('CountersDrifted', MetricUnit.Count, drifted);
    metrics.publishStoredMetrics();
  },
  clock: Date.now,
  told: new Set<string>(),
};

const onStream = watch(deps);
const scheduled = z.object({ task: z.enum(['devices', 'verify']) });
const streamed = z.object({ Records: z.custom<DynamoDBStreamEvent['Records']>(Array.isArray) });

/** Of the counts' stream, and of two schedules. */
export const handler = async (event: unknown) => {
  const batch = streamed.safeParse(event);
  if (batch.success) return onStream(batch.data);
  const { task } = scheduled.parse(event);
  return task === 'devices' ? everyMinute(deps) : verifyCounts(deps);
};
