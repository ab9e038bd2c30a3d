import { join } from 'node:path';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { localArn } from '../assembly/intrinsics.ts';
import type { DynamoClient } from '../engine/dynamo-client.ts';
import { messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import type { BatchTransform } from './batch-delivery.ts';
import { type Bell, bell } from './bell.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import { type Polling, type ShardSource, shardReader } from './shard-reader.ts';
import { type Lane, runLane } from './stream-lane.ts';
import { type Shard, streamDescription, tableStream } from './stream-records.ts';

type Mapping = Assembly['mappings'][number];

/** Control of the mappings, for tests. `name`: the function's, or `<function>:<table>` where it has several. */
export interface StreamControl {
  pause(name: string): void;
  resume(name: string): void;
  /** What each further batch is turned into before it is delivered; undefined: itself. */
  transform(name: string, transform: BatchTransform | undefined): void;
}

export interface StreamMappings extends StreamControl {
  /** Reads idle streams now: something was written, probably. */
  wake(): void;
  /** Whether all that was in the streams at `since` (performance.now()) is dealt with; paused mappings don't count. */
  isDry(since: number): boolean;
  stop(): Promise<void>;
}

export interface StreamOptions {
  readonly client: DynamoClient;
  readonly data: string;
  readonly polling: Polling;
  /** The embedded engine gives a table's stream what an earlier table of its name had. */
  readonly replaysOldTables: boolean;
  readonly functionOf: (name: string) => LocalFunction;
  readonly invoked: () => void;
  readonly report: (line: string) => void;
}

/** A closed shard's children, and a lane that failed, are taken up within this time. */
const RESHARD_CHECK_MS = 5_000;
export const isStreamMapping = ({ properties }: Mapping): boolean =>
  properties.EventSourceArn.includes(':dynamodb:');
const tableOf = ({ properties }: Mapping): string =>
  /:table\/([^/]+)/.exec(properties.EventSourceArn)?.[1] ?? '';

const allShards = async (client: DynamoClient, StreamArn: string): Promise<Shard[]> => {
  const shards: Shard[] = [];
  let from: string | null | undefined;
  do {
    const { StreamDescription } = streamDescription.parse(
      await client.streams('DescribeStream', { StreamArn, ...(from && { ExclusiveStartShardId: from }) }),
    );
    shards.push(...StreamDescription.Shards);
    from = StreamDescription.LastEvaluatedShardId;
  } while (from);
  return shards;
};

/** What all mappings of a host have in common. */
interface Rig extends StreamOptions {
  readonly lanes: Set<Lane>;
  readonly running: Set<Promise<void>>;
  readonly opened: Checkpoints[];
  readonly changed: Bell;
  readonly stopping: AbortSignal;
}

const runShard = (
  rig: Rig,
  shard: string,
  made: {
    mapping: Mapping;
    source: ShardSource;
    checkpoints: Checkpoints;
    names: string[];
    target: LocalFunction;
  },
): Promise<void> => {
  const { lanes, changed, stopping } = rig;
  const { mapping, source, checkpoints, names, target } = made;
  const going = () => !stopping.aborted;
  const lane: Lane = {
    names,
    reader: shardReader(source, shard, checkpoints.after(shard)),
    paused: false,
    transform: undefined,
  };
  lanes.add(lane);
  return runLane(lane, {
    mapping,
    target,
    shard,
    checkpoints,
    invoked: rig.invoked,
    report: rig.report,
    going,
    pause: async (ms) => {
      const until = Date.now() + ms;
      while (going() && Date.now() < until) await changed.wait(until - Date.now());
    },
    resumed: () => changed.wait(),
  }).finally(() => lanes.delete(lane));
};

const runMapping = async (rig: Rig, mapping: Mapping): Promise<void> => {
  const { client, report, running, stopping } = rig;
  const table = tableOf(mapping);
  const described = tableStream.parse(await client.call('DescribeTable', { TableName: table })).Table;
  const functionName = functionNameOf(mapping.properties.FunctionName);
  const name = `${functionName}:${table}`;
  const target = rig.functionOf(functionName);
  const checkpoints = openCheckpoints(join(rig.data, 'streams'), name, described.LatestStreamArn);
  rig.opened.push(checkpoints);
  const source: ShardSource = {
    client,
    engineArn: described.LatestStreamArn,
    arn: localArn('dynamodb', `table/${table}/stream/${described.LatestStreamLabel}`),
    tableCreatedAt: rig.replaysOldTables ? Math.floor(described.CreationDateTime) : 0,
    polling: rig.polling,
    report,
  };
  const names = [functionName, target.logicalId, name, mapping.logicalId];
  const open = new Set<string>();

  const follow = async (): Promise<void> => {
    const shards = await allShards(client, described.LatestStreamArn);
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    for (const { ShardId, ParentShardId } of shards) {
      if (open.has(ShardId) || checkpoints.isDone(ShardId)) continue;
      // Order: a shard is read after its parent, unless that is trimmed already.
      if (ParentShardId && known.has(ParentShardId) && !checkpoints.isDone(ParentShardId)) continue;
      open.add(ShardId);
      const run = runShard(rig, ShardId, { mapping, source, checkpoints, names, target })
        .catch((error) => {
          // Begins again at its checkpoint with the next look at the shards.
          open.delete(ShardId);
          report(`${name}: ${messageOf(error)}`);
        })
        .finally(() => running.delete(run));
      running.add(run);
    }
  };
  await follow();
  const again = () => void follow().catch((error) => report(messageOf(error)));
  const timer = setInterval(again, RESHARD_CHECK_MS);
  timer.unref();
  stopping.addEventListener('abort', () => clearInterval(timer));
};

/** Event source mappings of DynamoDB streams. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export const startStreamMappings = async (
  mappings: readonly Mapping[],
  options: StreamOptions,
): Promise<StreamMappings> => {
  const stopping = new AbortController();
  const lanes = new Set<Lane>();
  const running = new Set<Promise<void>>();
  const opened: Checkpoints[] = [];
  const changed = bell();
  const rig: Rig = { ...options, lanes, running, opened, changed, stopping: stopping.signal };
  await Promise.all(mappings.map((mapping) => runMapping(rig, mapping)));

  const named = (name: string): Lane[] => {
    const exact = [...lanes].filter(({ names }) => names.includes(name));
    const found =
      exact.length > 0 ? exact : [...lanes].filter(({ names }) => names.some((own) => own.startsWith(name)));
    if (found.length === 0) throw new Error(`no stream mapping ${name}`);
    return found;
  };

  return {
    pause: (name) => {
      for (const lane of named(name)) lane.paused = true;
    },
    resume: (name) => {
      for (const lane of named(name)) lane.paused = false;
      changed.ring();
    },
    transform: (name, transform) => {
      for (const lane of named(name)) lane.transform = transform;
    },
    wake: () => {
      for (const { reader } of lanes) reader.wake();
    },
    isDry: (since) => [...lanes].every((lane) => lane.paused || lane.reader.isDry(since)),
    stop: async () => {
      stopping.abort();
      for (const { reader } of lanes) reader.stop();
      changed.ring();
      await Promise.allSettled(running);
      for (const checkpoints of opened) checkpoints.flush();
    },
  };
};
