import {
  type OfflineDecision,
  offlineDoor,
  recordName,
} from '../../../shared/client/offline/offline-door.ts';
import { parseBadgeCode } from '../../../shared/domain/badge-code.ts';
import { webCodeHash } from '../../../shared/domain/badge-verifier.ts';
import type { Knowledge } from '../device/database.ts';
import type { NewScan } from '../device/queue.ts';
import { type JudgeDeps, sessionOf, verdictBase } from './reading.ts';
import type { Verdict } from './verdict.ts';

const stepOf = ({ outcome, conflict }: OfflineDecision): number => {
  if (outcome === 'admitted') return conflict === 'already_inside' ? 0 : 1;
  return outcome === 'left' && conflict !== 'not_inside' ? -1 : 0;
};

/** Which badge a code names, as far as the phone can tell. */
const badgeIdOf = async (knowledge: Knowledge, text: string): Promise<string | undefined> => {
  const code = parseBadgeCode(text);
  if (code.kind === 'signed') return code.badgeId;
  const imported = knowledge.importedCodes.items;
  if (code.kind === 'malformed' || imported.length === 0) return undefined;
  const hash = await webCodeHash(text);
  return imported.find((known) => known.hash === hash)?.badgeId;
};

/** Decides as the server would, with what this phone knows. */
const decider = (deps: JudgeDeps) => {
  let madeOf: Knowledge | undefined;
  let door: ReturnType<typeof offlineDoor> | undefined;
  /** Made anew when the knowledge is: its keys are imported once. */
  const doorNow = () => {
    const knowledge = deps.knowledge();
    if (!door || knowledge !== madeOf) door = offlineDoor(knowledge);
    madeOf = knowledge;
    return door;
  };
  return async (scan: NewScan): Promise<OfflineDecision> => {
    const badgeId = await badgeIdOf(deps.knowledge(), scan.badge);
    const name = badgeId === undefined ? undefined : recordName(scan.sessionId, badgeId);
    const [record, occupancy] = await Promise.all([
      name === undefined ? undefined : deps.queue.record(name),
      deps.queue.occupancy(scan.sessionId),
    ]);
    const { capacity = null, capacityMode } = sessionOf(deps, scan.sessionId)?.admission ?? {};
    const inside = occupancy ? occupancy.inside + occupancy.sinceAlone : 0;
    return doorNow().decide(
      { ...scan, scannedAt: deps.serverTime(scan.scannedAt) },
      {
        records: new Map(name !== undefined && record ? [[name, record]] : []),
        doorOf: (deviceId) => (deviceId === deps.knowledge().device.deviceId ? deps.thisPhone() : null),
        full: capacityMode === 'enforced' && capacity !== null && inside >= capacity,
      },
      deps.language(),
    );
  };
};

/**
 * A door without a server.
 * @param wasSent the server may have heard of the scan, and may have decided it otherwise
 * @throws QuotaExceededError: nothing is decided
 */
export const aloneDoor = (deps: JudgeDeps) => {
  const decide = decider(deps);
  return (scan: NewScan, wasSent: boolean): Promise<Verdict> =>
    deps.alone(async () => {
      const decision = await decide(scan);
      const { remember, upload, outcome, reason, conflict, detail, badge } = decision;
      const isUnclear = wasSent && upload === null && badge !== null;
      await deps.queue.decide(scan, {
        state: upload ? 'decided' : isUnclear ? 'withdrawn' : null,
        badgeId: badge?.badgeId ?? null,
        remembered: remember,
        step: stepOf(decision),
      });
      if (upload || isUnclear) deps.queued();
      const named = badge && { ...badge, name: null };
      return { ...verdictBase(deps, scan), outcome, reason, conflict, detail, badge: named, alone: true };
    });
};
