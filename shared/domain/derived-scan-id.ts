import { fnv1a } from './shard.ts';

/**
 * Ids of scans that the system makes. They follow from what they are made of, so that making one again
 * changes nothing. UUIDs of version 8.
 */
const hex = (text: string, basis?: number): string => fnv1a(text, basis).toString(16).padStart(8, '0');

const grouped = (digits: string): string =>
  [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');

/** Any four different numbers: they make four hashes of one name. */
const BASES = [0x811c9dc5, 0x9747b28c, 0x01000193, 0x5bd1e995] as const;

/** Id of a scan that is known by a name. */
export const scanIdOfName = (name: string): string => {
  const digits = BASES.map((basis) => hex(name, basis)).join('');
  // RFC 9562 section 5.8: version 8 holds whatever its maker likes, variant 10.
  return grouped(`${digits.slice(0, 12)}8${digits.slice(13, 16)}8${digits.slice(17)}`);
};

/** Stands for the device of scans that no device made. */
export const SYSTEM_DEVICE = 'system';
