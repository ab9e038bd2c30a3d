import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The condition that attributes of an item are still as they were seen, those that were not there included. */
export const asSeen = (seen: Readonly<Record<string, AttributeValue | undefined>>) => {
  const values: Record<string, AttributeValue> = {};
  const parts = Object.entries(seen).map(([name, value]) => {
    if (!value) return `attribute_not_exists(${name})`;
    values[`:seen_${name}`] = value;
    return `${name} = :seen_${name}`;
  });
  return { text: parts.join(' AND '), values };
};
