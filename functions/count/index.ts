import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { publishFromLambda } from '../../shared/runtime/live/from-lambda.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { count } from './count.ts';
import { settings } from './function.ts';
import { parkIn } from './park.ts';

const env = readEnv(settings);

export const handler = count({
  counts: countStore(dynamoClient(), env.COUNTS_TABLE),
  park: parkIn(new SQSClient(deadlines), env.PARKED_QUEUE_URL),
  publish: publishFromLambda(env.LIVE_HTTP_URL, secretOf(env.SEALING_SECRET_ARN)),
  clock: Date.now,
});
