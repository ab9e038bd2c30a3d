import { type OfflineDecision, offlineDoor } from '../../../shared/client/offline/offline-door.ts';
import type { AttendanceRecord } from '../../../shared/domain/scan.ts';
import type { Knowledge } from '../device/database.ts';
import type { Reading } from './reading.ts';
import type { Verdict } from './verdict.ts';

/** A door to practise at: decides by the rules of the real one, forgets all of it, and tells nobody. */
export const practiceDoor = (
  knowledge: () => Knowledge,
  language: () => 'en' | 'zh',
  clock: () => number,
) => {
  let records: ReadonlyMap<string, AttendanceRecord> = new Map();
  return {
    forget: (): void => {
      records = new Map();
    },
    judge: async ({ code, sessionId, direction, override }: Reading): Promise<Verdict> => {
      const scanId = crypto.randomUUID();
      const at = clock();
      const reading = { scanId, sessionId, badge: code, direction, scannedAt: at, override };
      const decision: OfflineDecision = await offlineDoor(knowledge()).decide(
        reading,
        { records },
        language(),
      );
      const { remember, outcome, reason, conflict, detail, badge } = decision;
      if (remember) records = new Map([...records, [remember.name, remember.record]]);
      return {
        scanId,
        sessionId,
        direction,
        outcome,
        reason,
        conflict,
        detail,
        badge: badge && { ...badge, name: null },
        code,
        alone: true,
        practice: true,
        at,
      };
    },
  };
};
