import type { createHeadCount } from '../../shared/contract/head-counts.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { sum } from '../../shared/domain/tally.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import type { AttendanceDeps } from './attendance.ts';
import { headCountAnswer } from './session-counts.ts';

const idOf = (principal: Principal): string => {
  if (principal.kind === 'device') return principal.deviceId;
  return principal.kind === 'user' ? principal.subject : '';
};

/** Keeps how many somebody counted by hand, with what the scans said at that moment. */
export const addHeadCount =
  (deps: AttendanceDeps) =>
  async ({ params, body, principal }: CallOf<typeof createHeadCount>): Promise<Answer> => {
    const { event, session } = params;
    if (principal.kind === 'device' && principal.sessions?.includes(session) === false)
      throw new Problem('forbidden', `This device is not for the session ${session}`);
    await deps.event(event);
    const { sessions } = await deps.programme(event);
    if (!sessions.some(({ sessionId }) => sessionId === session))
      throw new Problem('not-found', `There is no session ${session}`);
    const counters = await deps.counts.list(event, session, true);
    const inside = sum(counters.map(({ fields }) => fields))['inside'] ?? 0;
    const headCount = { count: body.count, at: deps.clock(), by: idOf(principal), inside };
    await deps.heads.add(event, session, headCount);
    return { status: 201, body: headCountAnswer(headCount) };
  };
