import type { annulScan } from '../../shared/contract/annulments.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { attendanceOf } from '../../shared/door/result.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import { recordKeyOf } from '../../shared/store/attendance/keys.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import type { Wearer } from '../../shared/store/attendance/update.ts';
import type { DoorSession } from '../../shared/store/door-programme.ts';

export interface AnnulDeps {
  readonly attendance: Pick<AttendanceStore, 'get' | 'complete' | 'amend'>;
  readonly session: (event: string, sessionId: string) => Promise<DoorSession | undefined>;
  readonly clock: () => number;
}

/** A scan may be taken back by its own device for this long, in ms. */
const ANNUL_WINDOW_MS = 15 * 60_000;

/** Most times that a scan is taken back anew because its record changed meanwhile. */
const MAX_TRIES = 20;

interface Annuller {
  /** Kept with the scan as who took it back. */
  readonly id: string;
  readonly mayAny: boolean;
  /** Null is every session. */
  readonly sessions: readonly string[] | null;
}

/** A person is named by the subject of the token, which says nothing about who that is. */
const annullerOf = (principal: Principal): Annuller => {
  switch (principal.kind) {
    case 'device':
      return {
        id: principal.deviceId,
        mayAny: principal.role === 'supervisor',
        sessions: principal.sessions,
      };
    case 'user':
      return { id: `user:${principal.subject}`.slice(0, 64), mayAny: true, sessions: null };
    case 'anonymous':
      throw new Problem('unauthorized', principal.reason);
  }
};

/** Takes one scan back: it stays in the record, marked, and no longer counts. */
export const annul =
  (deps: AnnulDeps) =>
  async ({ params, body, principal }: CallOf<typeof annulScan>): Promise<Answer> => {
    const by = annullerOf(principal);
    const session = await deps.session(params.event, body.sessionId);
    if (!session) throw new Problem('not-found', `There is no session ${body.sessionId}`);
    if (by.sessions && !by.sessions.includes(body.sessionId)) {
      throw new Problem('forbidden', `This device is not set up for ${body.sessionId}`);
    }
    const key = recordKeyOf(params.event, session, body.badgeId);
    const gate = gateOf(session);
    const read = async () => deps.attendance.complete(key, await deps.attendance.get(key), body.scanId);
    let known = await read();
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const scan = known?.scans.find(({ scanId }) => scanId === body.scanId);
      if (!known || !scan) {
        throw new Problem(
          'not-found',
          `Badge ${body.badgeId} has no scan ${body.scanId} in ${body.sessionId}`,
        );
      }
      if (scan.annulled) return annulled(scan.scanId, known);
      const now = deps.clock();
      const own = scan.deviceId === by.id && now - scan.scannedAt <= ANNUL_WINDOW_MS;
      if (!by.mayAny && !own) {
        throw new Problem(
          'forbidden',
          'A device may take back its own scans for 15 minutes. Ask a supervisor to annul this one.',
        );
      }
      const takenBack = { ...scan, annulled: { at: now, deviceId: by.id, reason: body.reason } };
      const wearer: Wearer = { category: known.category, country: known.country };
      const written = await deps.attendance.amend(key, known, takenBack, wearer, gate);
      if (written.kind === 'stored') return annulled(scan.scanId, written.record);
      known = await read();
    }
    throw new Problem('unavailable', 'Too many changes of this badge at once. Send the same request again.');
  };

const annulled = (scanId: string, record: Parameters<typeof attendanceOf>[0]): Answer => ({
  status: 200,
  body: { scanId, annulled: true, attendance: attendanceOf(record) },
});
