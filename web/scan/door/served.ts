import { type ApiBody, ApiUnreachable } from '../../../shared/client/api.ts';
import { recordName } from '../../../shared/client/offline/offline-door.ts';
import type { NewScan } from '../device/queue.ts';
import { heard } from './heard.ts';
import { failedVerdict, type JudgeDeps, sessionOf, verdictBase } from './reading.ts';
import type { Verdict } from './verdict.ts';

type Answer = ApiBody<'POST /v1/events/{event}/check-ins'>['results'][number];

type Decided = Exclude<Answer['outcome'], 'retry'>;

/**
 * Keeps what the server said of a scan, for later decisions without it. What cannot be kept, on a full disk or in a page
 * that closes, is not remembered: the server has it.
 */
export const keepAnswer = (deps: JudgeDeps) => {
  const { queue, clock, serverTime } = deps;
  const keep = async (scan: NewScan, answer: Answer): Promise<void> => {
    const session = sessionOf(deps, scan.sessionId);
    const { badge, occupancy } = answer;
    const known = badge ? await queue.record(recordName(scan.sessionId, badge.badgeId)) : undefined;
    const { deviceId } = deps.knowledge().device;
    const own = { ...scan, scannedAt: serverTime(scan.scannedAt) };
    const remembered = heard(known, own, answer, deviceId, session?.admission.reentry ?? 'after-exit');
    if (remembered) await queue.remember(remembered);
    if (occupancy) await queue.count(scan.sessionId, { ...occupancy, at: serverTime(clock()) });
    await queue.settle(scan.scanId, 'asked');
  };
  return (scan: NewScan, answer: Answer): Promise<void> => keep(scan, answer).catch(() => undefined);
};

/**
 * A door whose scans the server decides.
 * @param later is given the keeping of each answer: the person at the door does not wait for it
 * @throws ApiProblem, ApiUnreachable
 */
export const servedDoor = (deps: JudgeDeps, later: (keeping: Promise<void>) => void) => {
  const { api, clock } = deps;
  const keep = keepAnswer(deps);

  const ask = async (scan: NewScan): Promise<Answer & { outcome: Decided }> => {
    const { scanId, sessionId, badge, direction, override } = scan;
    const scannedAt = new Date(scan.scannedAt).toISOString();
    const { body } = await api.call('POST /v1/events/{event}/check-ins', {
      params: { event: scan.event },
      body: {
        sentAt: new Date(clock()).toISOString(),
        queued: 0,
        scans: [{ scanId, sessionId, badge, direction, scannedAt, ...(override && { override }) }],
      },
    });
    const [answer] = body.results;
    if (!answer) throw new ApiUnreachable('The answer names no scan');
    // Not recorded now: decided here, as without network, and sent again.
    if (answer.outcome === 'retry') throw new ApiUnreachable(answer.detail);
    return { ...answer, outcome: answer.outcome };
  };

  return async (scan: NewScan): Promise<Verdict> => {
    const answer = await ask(scan);
    later(keep(scan, answer));
    const { reason, conflict, detail, badge } = answer;
    if (answer.outcome === 'invalid') return failedVerdict(deps, scan, detail, false);
    return {
      ...verdictBase(deps, scan),
      outcome: answer.outcome,
      reason,
      conflict,
      detail,
      badge,
      alone: false,
    };
  };
};
