import { offlineDoor, recordName } from '../../shared/client/offline/offline-door.ts';
import type { AdmissionVectors, Expectation } from './admission-vectors.ts';

/** The vectors decided as a device decides: runs in Node and, bundled, in a browser. */
export const playOffline = async ({
  vectors,
  ...given
}: AdmissionVectors): Promise<(Expectation & { uploads: boolean })[]> => {
  const decided: (Expectation & { uploads: boolean })[] = [];
  const codes = new Map(Object.entries(given.codesOfOthers));
  for (const { device, full, known, scan } of vectors) {
    const door = offlineDoor({ ...given, device: device ?? given.device });
    const text = given.codes[scan.badge] ?? '';
    const badgeId = codes.get(text)?.badgeId ?? text.split('.')[2] ?? '';
    const record = {
      badgeId,
      category: 'delegate',
      country: null,
      scans: known,
      changes: known.length,
    };
    const memory = {
      records: new Map(known.length > 0 ? [[recordName(scan.sessionId, badgeId), record]] : []),
      codes,
      full,
      doorOf: (deviceId: string) => deviceId,
    };
    const [en, zh] = await Promise.all([
      door.decide({ ...scan, badge: text }, memory, 'en'),
      door.decide({ ...scan, badge: text }, memory, 'zh'),
    ]);
    const { outcome, reason, conflict } = en;
    decided.push({
      outcome,
      reason,
      conflict,
      detail: { en: en.detail, zh: zh.detail },
      uploads: en.upload !== null,
    });
  }
  return decided;
};
