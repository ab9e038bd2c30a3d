import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Minutes, Tally } from '../../domain/tally.ts';
import { putIf, replaceDamaged } from './damage.ts';
import {
  amountAttributes,
  type Counter,
  type CounterKey,
  counterItemKey,
  fieldAttribute,
  nextVersion,
} from './item.ts';
import { lastScansText } from './last-scans.ts';
import { type Hour, hourItemKey, minuteAttributes } from './timeline.ts';
import { traceText } from './trace.ts';

/**
 * Sets counters and hours of the timeline to what is stored, each only while it is still what was compared. They are
 * written whole: an expression would have to name every category and country.
 */
export const repairs = (client: DynamoDBClient, table: string) => {
  return {
    /** Its watermark stays: what the stream brings later is added to the mended values. */
    repair: (key: CounterKey, seen: Counter, fields: Tally, now: number): Promise<boolean> =>
      putIf(
        client,
        table,
        {
          ...counterItemKey(key),
          w: { S: seen.watermark },
          v: { N: String(nextVersion(seen, now)) },
          at: { N: String(now) },
          last: { S: lastScansText(seen.lastScans) },
          ...(seen.trace && { trace: { S: traceText(seen.trace) } }),
          ...amountAttributes(
            Object.entries(fields).map(([field, amount]) => [fieldAttribute(field), amount]),
          ),
        },
        'w = :w AND v = :v',
        { ':w': { S: seen.watermark }, ':v': { N: String(seen.version) } },
      ),

    /** @param watermark what `minutes` are the fold of: nothing up to there is added again */
    repairHour: (
      key: CounterKey,
      hour: number,
      seen: Hour | undefined,
      minutes: Minutes,
      watermark: string,
    ): Promise<boolean> => {
      const item = {
        ...hourItemKey(key, hour),
        w: { S: watermark },
        ...amountAttributes(minuteAttributes(minutes)),
      };
      if (seen?.damage) return replaceDamaged(client, table, seen.damage, item);
      return seen
        ? putIf(client, table, item, 'w = :w', { ':w': { S: seen.watermark } })
        : putIf(client, table, item, 'attribute_not_exists(pk)', {});
    },
  };
};
