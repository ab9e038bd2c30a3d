import { recordName } from '../../../shared/client/offline/offline-door.ts';
import type { AttendanceRecord, RecordedScan } from '../../../shared/domain/scan.ts';
import type { NewScan } from '../device/queue.ts';
import type { JudgeDeps } from './reading.ts';
import type { Verdict } from './verdict.ts';

const without = (
  record: AttendanceRecord,
  scanId: string,
  annulled: NonNullable<RecordedScan['annulled']>,
): AttendanceRecord => ({
  ...record,
  scans: record.scans.map((scan) => (scan.scanId === scanId ? { ...scan, annulled } : scan)),
});

/** Takes the last scan back, on the device at once and with the server when it can be reached. */
export const takeBack =
  (deps: JudgeDeps) =>
  (verdict: Verdict, reason: string): Promise<void> =>
    deps.alone(async () => {
      const { badge, scanId, sessionId, direction, code, at } = verdict;
      if (!badge) throw new Error('only a scan of a known badge can be taken back');
      const { event, device } = deps.knowledge();
      const name = recordName(sessionId, badge.badgeId);
      const known = await deps.queue.record(name);
      const annulled = { at: deps.serverTime(deps.clock()), deviceId: device.deviceId, reason };
      const scan: NewScan = { scanId, event, sessionId, direction, badge: code, scannedAt: at };
      await deps.queue.decide(scan, {
        state: 'withdrawn',
        badgeId: badge.badgeId,
        remembered: known ? { name, record: without(known, scanId, annulled) } : null,
        step: direction === 'entry' ? -1 : 1,
      });
      deps.queued();
    });
