/** How far a device's clock may be ahead before the server's time is recorded instead, in ms. */
export const MAX_CLOCK_AHEAD_MS = 2 * 60_000;

/** Nothing was scanned before the year 2000: a clock that says so was not set. */
export const EARLIEST_SCAN_MS = Date.UTC(2000, 0, 1);

/** Beyond these no conference is planned, ms: a time outside is a slip of the keys or a clock that is not set. */
export const END_OF_TIME_MS = Date.UTC(2101, 0, 1);

/** Between two live scans of one record there is a time left for an exit of the system, ms. */
export const ROOM_BETWEEN_MS = 2;

/** A request may have been under way for this long, in ms: a smaller difference says nothing of a clock. */
const NETWORK_MS = 2_000;

/**
 * What is to be added to the times of a device, in ms.
 * @param sentAt the device's clock when it sent the request, ms; undefined where it did not say
 */
export const clockCorrection = (sentAt: number | undefined, now: number): number => {
  const difference = sentAt === undefined ? 0 : now - sentAt;
  return Math.abs(difference) > NETWORK_MS ? difference : 0;
};

/** The time that is recorded for a scan, and how far the device's time was ahead of it where the two differ. */
export const recordedTime = (
  deviceTime: number,
  now: number,
  correctionMs = 0,
): { scannedAt: number; skewMs?: number } => {
  const moved = deviceTime + correctionMs;
  // Such a clock was set between the scan and the sending: the correction says nothing of the scan.
  const corrected = moved < EARLIEST_SCAN_MS ? deviceTime : moved;
  const scannedAt = corrected > now + MAX_CLOCK_AHEAD_MS ? now : corrected;
  return scannedAt === deviceTime ? { scannedAt } : { scannedAt, skewMs: deviceTime - scannedAt };
};
