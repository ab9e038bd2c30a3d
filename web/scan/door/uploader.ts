import { type ApiBody, type ApiClient, ApiProblem } from '../../../shared/client/api.ts';
import type { OpenScan, ScanQueue } from '../device/queue.ts';

type Answer = ApiBody<'POST /v1/events/{event}/check-ins'>['results'][number];

/** The lock under which one tab sends for all. */
export const UPLOADING = 'turnout-scan-upload';

/** Most scans of one request (contract). */
const BATCH = 100;

export interface UploadDeps {
  readonly queue: ScanQueue;
  readonly api: ApiClient;
  readonly event: () => string;
  /** This device's own, which scans are sent with. */
  readonly clock: () => number;
  readonly serverTime: (own: number) => number;
}

/** Has the server annul what this phone took back or refused after the server may have admitted it. */
const withdrawals =
  ({ queue, api, event }: UploadDeps) =>
  async (): Promise<void> => {
    for (const { scanId, sessionId, badgeId, why } of await queue.oldest('withdrawn', BATCH, event())) {
      if (badgeId === null) {
        await queue.settle(scanId, 'withdrawn');
        continue;
      }
      try {
        await api.call('POST /v1/events/{event}/check-ins/annul', {
          params: { event: event() },
          body: { scanId, sessionId, badgeId, reason: why ?? 'taken back at the door' },
        });
        await queue.settle(scanId, 'withdrawn');
      } catch (error) {
        if (
          !(error instanceof ApiProblem) ||
          error.status >= 500 ||
          error.status === 429 ||
          error.status === 401
        )
          throw error;
        // The server never had it: there is nothing to take back.
        if (error.status === 404) await queue.settle(scanId, 'withdrawn');
        else await queue.setAside(scanId, error.message);
      }
    }
  };

/** Sends what waits on the device for its event: another tab may have been paired with another one a moment ago. One at a time over all tabs: the caller holds the lock. */
export const uploader = (deps: UploadDeps) => {
  const { queue, api, event, clock, serverTime } = deps;
  const withdrawn = withdrawals(deps);
  const send = async (scans: readonly OpenScan[]): Promise<readonly Answer[]> => {
    const { body } = await api.call('POST /v1/events/{event}/check-ins', {
      params: { event: event() },
      body: {
        sentAt: new Date(clock()).toISOString(),
        queued: await queue.waiting(),
        scans: scans.map(({ scanId, sessionId, badge, direction, scannedAt, override }) => ({
          scanId,
          sessionId,
          badge,
          direction,
          scannedAt: new Date(scannedAt).toISOString(),
          admittedOffline: true,
          ...(override && { override }),
        })),
      },
    });
    return body.results;
  };

  /** What the server will never record is set aside and shown; one such scan never holds up the others. */
  const settle = async ({ scanId }: OpenScan, answer: Answer | undefined): Promise<boolean> => {
    if (!answer) return false;
    switch (answer.outcome) {
      case 'admitted':
      case 'left':
        await queue.settle(scanId, 'decided');
        return true;
      case 'refused':
      case 'invalid':
        await queue.setAside(scanId, answer.reason ?? answer.detail);
        return true;
      case 'retry':
        return false;
    }
  };

  const decided = async (): Promise<boolean> => {
    const scans = await queue.oldest('decided', BATCH, event());
    if (scans.length === 0) return true;
    const results = await send(scans);
    const settled: boolean[] = [];
    for (const [index, scan] of scans.entries()) settled.push(await settle(scan, results[index]));
    // The last answer of a session says how it stands; each count looks at all that still wait.
    const said = scans.map(({ sessionId }, index) => [sessionId, results[index]?.occupancy] as const);
    for (const [sessionId, occupancy] of new Map(said.filter(([, known]) => known)))
      if (occupancy) await queue.count(sessionId, { ...occupancy, at: serverTime(clock()) });
    // Where the server could record none of them now, another attempt at once would be no better.
    return settled.some(Boolean) ? decided() : false;
  };

  return {
    /**
     * @returns whether the server now has everything
     * @throws ApiUnreachable or ApiProblem where the server cannot be talked to now
     */
    upload: async (): Promise<boolean> => {
      const sent = await decided();
      await withdrawn();
      await queue.tidy(clock());
      return sent && (await queue.waiting()) === 0;
    },
  };
};
