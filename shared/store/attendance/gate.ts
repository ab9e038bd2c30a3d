import type { Gate } from './records.ts';

/** The gate of a session with enforced capacity, for changes that no limit may stop. */
export const gateOf = ({
  shards,
  admission: { capacity, capacityMode },
}: {
  readonly shards: number;
  readonly admission: { readonly capacity: number | null; readonly capacityMode: 'advisory' | 'enforced' };
}): Gate | undefined =>
  capacityMode === 'enforced' && capacity !== null ? { limit: null, shards } : undefined;
