/** As far as the public is told, emptiest first. */
export const roomLevels = ['free', 'filling', 'full'] as const;
export type RoomLevel = (typeof roomLevels)[number];

/** From here on a room is filling, per cent of its capacity. */
const FILLING_PERCENT = 80;

/** How full a room is, as far as the public is told. */
export const roomLevel = (inside: number, capacity: number): RoomLevel => {
  if (inside >= capacity) return 'full';
  return inside * 100 >= capacity * FILLING_PERCENT ? 'filling' : 'free';
};
