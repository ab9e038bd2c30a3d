import type { ApiClient } from '../../../shared/client/api.ts';
import type { Database, Knowledge, StoredKnowledge } from './database.ts';
import type { ServerClock } from './server-clock.ts';

type ImportedCodes = StoredKnowledge['further'];

export interface KnowledgeDeps {
  readonly db: Database;
  readonly api: ApiClient;
  readonly event: string;
  /** How many scans the server has not heard of: it is told with every question. */
  readonly waiting: () => Promise<number>;
  readonly tell: (knowledge: Knowledge, confirmedAt: number) => void;
  readonly clock: Pick<ServerClock, 'now' | 'aheadMs'>;
}

/** The pages beyond the first have validators of their own; they are asked for again after this, ms. */
const CODES_FRESH_MS = 5 * 60_000;
const PAGE = 1_000;
/** A phone holds no more codes of other systems than this; the rest it decides with the server alone. */
const MAX_CODES = 200_000;

/** What the device needs to decide alone: kept on the disk, asked for again and again. */
export const knowledgeKeeper = async ({ db, api, event, waiting, tell, clock }: KnowledgeDeps) => {
  const kept = await db.get('knowledge', 'scanner');
  // A tab that was paired before may have written what it knew of another event.
  let stored = kept?.body.event === event ? kept : undefined;
  let known = stored && joined(stored);
  let codesAt = Number.NEGATIVE_INFINITY;
  if (stored && known) tell(known, stored.confirmedAt);

  const codesAfter = async (first: string): Promise<ImportedCodes> => {
    const codes: ImportedCodes = [];
    let cursor: string | undefined = first;
    while (cursor !== undefined && codes.length < MAX_CODES) {
      const query: { limit: number; cursor: string } = { limit: PAGE, cursor };
      const { body } = await api.call('GET /v1/events/{event}/scanner/codes', { params: { event }, query });
      codes.push(...body.items);
      cursor = body.nextCursor;
    }
    return codes;
  };

  return {
    /** @throws where the server has not yet said anything */
    known: (): Knowledge => {
      if (!known) throw new Error('The server has not yet said what this phone has to know');
      return known;
    },
    /** @throws ApiProblem, ApiUnreachable */
    refresh: async (): Promise<void> => {
      const answer = await api.changed('GET /v1/events/{event}/scanner', stored?.etag, {
        params: { event },
        query: { queued: await waiting() },
      });
      const body = answer?.body ?? stored?.body;
      if (!body) return;
      const confirmedAt = clock.now();
      const { nextCursor } = body.importedCodes;
      const isStale = answer !== undefined || confirmedAt - codesAt >= CODES_FRESH_MS;
      let further = stored?.further ?? [];
      if (isStale) {
        further = nextCursor === undefined ? [] : await codesAfter(nextCursor);
        codesAt = confirmedAt;
      }
      stored = {
        body,
        further,
        etag: answer ? answer.etag : stored?.etag,
        confirmedAt,
        aheadMs: clock.aheadMs(),
      };
      if (isStale || !known) known = joined(stored);
      tell(known, confirmedAt);
      // A full disk keeps what it has: the next start begins with older knowledge.
      await db.put('knowledge', stored, 'scanner').catch(() => undefined);
    },
  };
};

const joined = ({ body, further }: StoredKnowledge): Knowledge => ({
  ...body,
  importedCodes: { ...body.importedCodes, items: [...body.importedCodes.items, ...further] },
});
