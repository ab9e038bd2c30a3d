import type { verifyCounts } from '../../shared/contract/attendance.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { assertMay } from '../../shared/runtime/principal.ts';
import { verifyAll } from '../../shared/store/verification.ts';
import type { AttendanceDeps } from './attendance.ts';

/** Verifies every counter, timeline and gate of an event; with `repair` those that drifted are set to what is stored. */
export const verify =
  (deps: AttendanceDeps) =>
  async ({ params: { event }, query, principal }: CallOf<typeof verifyCounts>): Promise<Answer> => {
    if (query.repair) assertMay(principal, ['organizer'], event);
    await deps.event(event);
    const { sessions } = await deps.programme(event);
    const { checked, drift, pending, repaired } = await verifyAll(deps, event, sessions, query);
    return { status: 200, body: { checked, drift, pending, repaired } };
  };
