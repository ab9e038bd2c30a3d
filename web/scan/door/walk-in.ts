import type { ApiBody } from '../../../shared/client/api.ts';
import type { JudgeDeps } from './reading.ts';
import { keepAnswer } from './served.ts';

/** Somebody without a badge. `scanId` is made once a person: sent again it is the same registration. */
export interface Newcomer {
  readonly scanId: string;
  readonly sessionId: string;
  readonly category: string;
  readonly country: string | null;
  readonly name: string | null;
  readonly company: string | null;
}

export type WalkIn = ApiBody<'POST /v1/events/{event}/walk-ins'>;

/** Registers somebody at the door and lets them in; only the server can. @throws ApiProblem, ApiUnreachable */
export const walkInDoor =
  (deps: JudgeDeps) =>
  async ({ scanId, sessionId, ...badge }: Newcomer): Promise<WalkIn> => {
    const { event } = deps.knowledge();
    const scannedAt = deps.clock();
    const { body } = await deps.patientApi.call('POST /v1/events/{event}/walk-ins', {
      params: { event },
      body: { badge, sessionId, scanId },
    });
    const { result } = body;
    const scan = { scanId, event, sessionId, direction: 'entry' as const, badge: body.badge.code, scannedAt };
    if (result) await keepAnswer(deps)(scan, result);
    return body;
  };
