import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { dynamoClient } from '../../local/engine/dynamo-client.ts';
import { STREAM_COLUMNS, streamColumns, trimStreams } from '../../local/engine/engine-file.ts';
import { type Host, startHost } from '../../local/host.ts';
import { imported, mapping, table, type Workspace, workspace } from './fixtures/assembly.ts';

/** Notes what it was given in a file; obeys what a record says: to fail once, to throw once or thrice. */
const CONSUMER = `import { appendFileSync } from 'node:fs';
const seen = new Map();
export const handler = async ({ Records }) => {
  const ids = Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
  appendFileSync(LOG, JSON.stringify(ids) + '\\n');
  for (const { dynamodb } of Records) {
    const { pk, does } = dynamodb.NewImage ?? {};
    const throws = { 'throw-once': 1, 'throw-thrice': 3 }[does?.S] ?? 0;
    const times = seen.get(pk.S) ?? 0;
    if (times < throws) { seen.set(pk.S, times + 1); throw new Error('poison ' + pk.S); }
    if (does?.S === 'fail-once' && !seen.has(pk.S)) {
      seen.set(pk.S, 1);
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};`;

interface Rig {
  readonly space: Workspace;
  readonly host: () => Host;
  start(): Promise<Host>;
  put(pk: string, does?: string): Promise<void>;
  calls(): string[][];
}

describe('a stream mapping', () => {
  const hosts: Host[] = [];
  const spaces: Workspace[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop();
    for (const space of spaces.splice(0)) space.remove();
  });

  const rig = (more: Readonly<Record<string, unknown>>): Rig => {
    const made = workspace({});
    spaces.push(made);
    const notes = join(made.folder, 'notes');
    writeFileSync(notes, '');
    made.write({
      data: { Scans: table() },
      functions: { Consumer: `const LOG = ${JSON.stringify(notes)};\n${CONSUMER}` },
      app: { Mapping: mapping('Consumer', imported('ScansStream'), more) },
    });
    let current: Host | undefined;
    const host = () => {
      if (!current) throw new Error('not started');
      return current;
    };
    return {
      space: made,
      host,
      start: async () => {
        current = await startHost({
          assembly: made.assembly,
          data: made.data,
          port: 0,
          report: () => undefined,
        });
        hosts.push(current);
        return current;
      },
      put: async (pk, does) => {
        const client = dynamoClient(host().endpoints.dynamodb);
        const Item = { pk: { S: pk }, ...(does && { does: { S: does } }) };
        await client.call('PutItem', { TableName: host().table('Scans'), Item });
        client.close();
      },
      calls: () =>
        readFileSync(notes, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => z.array(z.string()).parse(JSON.parse(line))),
    };
  };

  /** Writes while the mapping is paused, so that the records come in one batch. */
  const together = async (
    { host, put }: Rig,
    items: readonly (readonly [string, string?])[],
  ): Promise<void> => {
    host().streams.pause('Consumer');
    for (const [pk, does] of items) await put(pk, does);
    host().streams.resume('Consumer');
    await host().drained();
  };

  test('delivers every change in order and drops writes that change nothing', async () => {
    const it = rig({ BatchSize: 3 });
    const host = await it.start();
    for (const pk of ['a', 'b', 'c', 'd', 'e']) await it.put(pk);
    await it.put('a');
    await host.drained();
    expect(it.calls().flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(it.calls().every((batch) => batch.length <= 3)).toBe(true);
  });

  test('that reports a failed item is retried from that item', async () => {
    const it = rig({});
    await it.start();
    await together(it, [['a'], ['b'], ['bad', 'fail-once'], ['c']]);
    expect(it.calls()).toEqual([
      ['a', 'b', 'bad', 'c'],
      ['bad', 'c'],
    ]);
  });

  test('whose function throws is bisected down to the poison record, which alone is tried again', async () => {
    const it = rig({ BisectBatchOnFunctionError: true });
    await it.start();
    await together(it, [['a'], ['b'], ['poison', 'throw-thrice'], ['c']]);
    expect(it.calls()).toEqual([
      ['a', 'b', 'poison', 'c'],
      ['a', 'b'],
      ['poison', 'c'],
      ['poison'],
      ['poison'],
      ['c'],
    ]);
  });

  test('retries for ever by default, and nothing behind the failure is lost', async () => {
    const it = rig({});
    await it.start();
    await together(it, [['a'], ['b', 'throw-once'], ['c']]);
    expect(it.calls()).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  test('passes only what its filter lets through', async () => {
    const pattern = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'B#' }] } } } };
    const it = rig({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] } });
    const host = await it.start();
    for (const [pk, does] of [['B#1'], ['R#1'], ['B#1', 'changed'], ['B#2']] as const) await it.put(pk, does);
    await host.drained();
    expect(it.calls().flat()).toEqual(['B#1', 'B#2']);
  });

  test('goes on after a restart where it stopped', async () => {
    const it = rig({});
    const first = await it.start();
    await it.put('a');
    await first.drained();
    first.streams.pause('Consumer');
    await it.put('b');
    await first.stop();
    const second = await it.start();
    await second.drained();
    await it.put('c');
    await second.drained();
    expect(it.calls().flat()).toEqual(['a', 'b', 'c']);
  });

  test('can be made to deliver twice, split and at once, as a fault test needs it', async () => {
    const it = rig({});
    const host = await it.start();
    host.streams.transform('Consumer', (batch) => [[batch, batch], batch.map((record) => [record])]);
    await together(it, [['a'], ['b']]);
    expect(it.calls().slice(0, 2)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(it.calls().slice(2).sort()).toEqual([['a'], ['b']]);
  });

  test('sees nothing of an earlier table of the same name', async () => {
    const it = rig({});
    const host = await it.start();
    await it.put('old');
    await host.drained();
    const client = dynamoClient(host.endpoints.dynamodb);
    await client.call('DeleteTable', { TableName: host.table('Scans') });
    client.close();
    await host.stop();
    await delay(1_100);
    const again = await it.start();
    await it.put('new');
    await again.drained();
    expect(it.calls().flat()).toEqual(['old', 'new']);
  });
});

describe('the engine', () => {
  test('has the private schema that the host relies on, with indexes, and keeps numbering after a trim', async () => {
    const space = workspace({ data: { Scans: table() } });
    const host = await startHost({
      assembly: space.assembly,
      data: space.data,
      port: 0,
      report: () => undefined,
    });
    const file = join(space.data, 'dynamodb.sqlite');
    expect(streamColumns(file)).toEqual([...STREAM_COLUMNS]);
    const client = dynamoClient(host.endpoints.dynamodb);
    const TableName = host.table('Scans');
    for (const pk of ['a', 'b', 'c']) await client.call('PutItem', { TableName, Item: { pk: { S: pk } } });
    const sequences = () => {
      const database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare('SELECT sequence_number AS n FROM _stream_records ORDER BY id').all();
      const plan = database
        .prepare(
          "EXPLAIN QUERY PLAN SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = 'x'",
        )
        .all();
      database.close();
      expect(JSON.stringify(plan)).toContain('turnout_stream');
      return rows.map(({ n }) => n);
    };
    expect(sequences()).toEqual(['1', '2', '3']);
    const inTwoDays = Math.floor(Date.now() / 1000) + 172_800;
    expect(trimStreams(file, inTwoDays)).toBe(2);
    await client.call('PutItem', { TableName, Item: { pk: { S: 'd' } } });
    expect(sequences()).toEqual(['3', '4']);
    client.close();
    await host.stop();
    space.remove();
    expect(existsSync(file)).toBe(false);
  });
});
