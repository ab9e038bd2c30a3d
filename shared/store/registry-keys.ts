/**
 * Keys of the Registry table. Events, programmes, devices and badges have their own partitions, so that an
 * import of one never slows the reading of another.
 */
export const EVENTS_PARTITION = 'EVENTS';
/** Events that are being erased. */
export const DELETIONS_PARTITION = 'DELETIONS';
export const eventKey = (event: string) => ({ pk: `E#${event}`, sk: 'EVENT' });

/** A programme is written whole under a new version; the event item points at the version in force. */
export const programmePartition = (event: string, version: number) => `E#${event}#P#${version}`;
export const venueSort = (venueId: string) => `V#${venueId}`;
export const sessionSort = (sessionId: string) => `S#${sessionId}`;

export const devicePartition = (event: string) => `E#${event}#D`;
export const deviceKey = (event: string, deviceId: string) => ({ pk: devicePartition(event), sk: deviceId });
export const pairingKey = (codeHash: string) => ({ pk: `PAIR#${codeHash}`, sk: 'PAIR' });

export const badgeKey = (event: string, badgeId: string) => ({
  pk: `E#${event}#B#${badgeId}`,
  sk: 'BADGE',
});
/** Every badge of an event, by id, with the hash of its code where another system made it. */
export const badgeListPartition = (event: string) => `E#${event}#BL`;
/** Sessions in which a badge has been, where one place at a time is wanted. */
export const placesKey = (event: string, badgeId: string) => ({
  pk: `E#${event}#B#${badgeId}`,
  sk: 'PLACES',
});
export const codeKey = (event: string, codeHash: string) => ({
  pk: `E#${event}#C#${codeHash}`,
  sk: 'CODE',
});

/** Names are found by their first letters: the partition is the first three, the sort key the rest. */
export const NAME_PREFIX_LETTERS = 3;
export const namePartition = (event: string, folded: string) =>
  `E#${event}#N#${[...folded].slice(0, NAME_PREFIX_LETTERS).join('')}`;
export const nameSort = (folded: string, badgeId: string) => `${folded}#${badgeId}`;

export const standingPartition = (event: string) => `E#${event}#R`;
export const standingSort = (at: string, badgeId: string) => `${at}#${badgeId}`;
