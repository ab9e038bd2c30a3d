import { Problem } from '../../shared/contract/problem.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { AnnouncementLedger } from '../../shared/store/announcements/ledger.ts';

export interface DeliveryDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'editions'>;
  readonly ledger: Pick<AnnouncementLedger, 'list'>;
}

/** SNS fans every message out to both kinds of subscribers: what it accepted, it accepted for both. */
const PROTOCOLS = ['https', 'sqs'] as const;

/** Messages (one per edition and language) that SNS accepted, that were given up, and that are on their way. */
export const deliveries =
  ({ announcements, ledger }: DeliveryDeps) =>
  async ({ params }: { params: { event: string; announcement: string } }): Promise<Answer> => {
    const { event, announcement: id } = params;
    const record = await announcements.get(event, id);
    if (!record) throw new Problem('not-found', `There is no announcement ${id}`);
    const [editions, entries] = await Promise.all([
      announcements.editions(event, id),
      ledger.list(event, id),
    ]);
    const expected = editions.reduce((sum, { audience }) => sum + audience.length, 0);
    const sent = entries.filter(({ state }) => state === 'sent').length;
    const failed = entries.filter(({ state }) => state === 'failed').length;
    return {
      status: 200,
      body: {
        protocols: PROTOCOLS.map((protocol) => ({
          protocol,
          sent,
          failed,
          pending: expected - sent - failed,
        })),
        failures: entries.flatMap(({ state, edition, language, detail, at }) =>
          state === 'failed' || state === 'retry'
            ? [
                {
                  edition,
                  language,
                  detail: `${detail ?? 'unknown'}${state === 'retry' ? '; it is being tried again' : ''}`,
                  at: new Date(at).toISOString(),
                },
              ]
            : [],
        ),
      },
    };
  };
