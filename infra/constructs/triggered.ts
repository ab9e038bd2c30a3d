import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type Foundation, resourceOf } from '../foundation.ts';
import type { ReadManifest } from '../manifest.ts';
import { Schedule } from './schedule.ts';
import { StreamReader } from './stream-reader.ts';
import { streamOf, TurnoutFunction } from './turnout-function.ts';

type Runs = NonNullable<ReadManifest['runs']>;

/** The functions whose manifests name this stack, and what sets them off. */
export const addTriggered = (stack: Construct, name: Runs['in'], foundation: Foundation): void => {
  for (const [functionName, { manifest }] of foundation.functions) {
    if (manifest.runs?.in === name) addOne(stack, functionName, manifest.runs, foundation);
  }
};

const addOne = (
  stack: Construct,
  name: string,
  { onStream, onQueues = [], every }: Runs,
  foundation: Foundation,
): void => {
  const { lambda } = new TurnoutFunction(stack, name, foundation);
  if (onStream) {
    new StreamReader(stack, name, {
      ...onStream,
      reader: lambda,
      stream: streamOf(foundation, onStream.of),
      operations: foundation.operations,
    });
  }
  for (const [index, { of, batchSize, maxConcurrency }] of onQueues.entries()) {
    new EventSourceMapping(stack, index === 0 ? `${name}-mapping` : `${name}-mapping-${index + 1}`, {
      target: lambda,
      eventSourceArn: resourceOf(foundation, of).arn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
  for (const [schedule, { rate, input }] of Object.entries(every ?? {})) {
    new Schedule(stack, schedule, { target: lambda, expression: rate, ...(input && { input }) });
  }
};
