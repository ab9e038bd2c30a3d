/** Per cent of its capacity at which a session's filling up is told, unless the session says otherwise. */
export const DEFAULT_THRESHOLDS: readonly number[] = [80, 95, 100];

/** A threshold can be crossed again once the level has been this many points below it. */
const REARM_POINTS = 5;

export interface FillLevel {
  /** Thresholds that are crossed and were told. */
  readonly fired: readonly number[];
  /** Those of them that were crossed just now, lowest first. */
  readonly crossed: readonly number[];
}

/**
 * What a new level means for the thresholds that were crossed before. People come and go around a limit: each
 * crossing is told once.
 */
export const fillLevel = (
  fired: readonly number[],
  thresholds: readonly number[],
  { inside, capacity }: { readonly inside: number; readonly capacity: number },
): FillLevel => {
  const percent = (inside / capacity) * 100;
  const crossed = thresholds
    .filter((threshold) => percent >= threshold && !fired.includes(threshold))
    .toSorted((a, b) => a - b);
  const still = fired.filter(
    (threshold) => thresholds.includes(threshold) && percent > threshold - REARM_POINTS,
  );
  return { fired: [...still, ...crossed].toSorted((a, b) => a - b), crossed };
};
