import type { exportBadges } from '../../shared/contract/badge-lists.ts';
import { attendanceIn } from '../../shared/domain/attendance.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { BadgeStore } from '../../shared/store/badges/badges.ts';
import { csvAnswer, type Row, takesGzip } from './csv.ts';
import type { ExportDeps } from './export.ts';

const COLUMNS = ['badgeId', 'category', 'country', 'name', 'company', 'revokedAt', 'attended'];
const PAGE = 1000;

type Badges = Pick<BadgeStore, 'list' | 'getAll'>;

/** Badges that were ever admitted anywhere, by all records of the event. */
const attendedBadges = async (
  { programme, counts, readPage }: ExportDeps,
  event: string,
): Promise<ReadonlySet<string>> => {
  const counters = await counts.list(event);
  const { sessions } = await programme(event);
  const known = new Set(sessions.map(({ sessionId }) => sessionId));
  const came = new Set<string>();
  for (const { sessionId, shard, fields } of counters) {
    if (!known.has(sessionId) || (fields['attended'] ?? 0) <= 0) continue;
    let after: string | undefined;
    do {
      const page = await readPage(event, sessionId, shard, { after });
      for (const record of page.records)
        if (!came.has(record.badgeId) && attendanceIn(record).entries > 0) came.add(record.badgeId);
      after = page.next;
    } while (after !== undefined);
  }
  return came;
};

async function* badgeRows(
  deps: ExportDeps & { readonly badges: Badges },
  event: string,
  { category, attended }: { readonly category?: string | undefined; readonly attended?: boolean | undefined },
): AsyncGenerator<Row[]> {
  const came = await attendedBadges(deps, event);
  let after: string | undefined;
  do {
    const page = await deps.badges.list(event, {
      limit: PAGE,
      after,
      keep: (badge) =>
        (category === undefined || badge.category === category) &&
        (attended === undefined || came.has(badge.badgeId) === attended),
    });
    const found = await deps.badges.getAll(
      event,
      page.items.map(({ badgeId }) => badgeId),
    );
    yield page.items.flatMap(({ badgeId }): Row[] => {
      const badge = found.get(badgeId);
      if (!badge) return [];
      const { name, company, revokedAt } = badge;
      return [[badgeId, badge.category, badge.country, name, company, revokedAt, came.has(badgeId)]];
    });
    after = page.next;
  } while (after !== undefined);
}

/** Every badge with whether it came at all; with `attended=false` those who never came. */
export const badgesCsv =
  (deps: ExportDeps & { readonly badges: Badges }) =>
  async ({ params: { event }, query, headers }: CallOf<typeof exportBadges>): Promise<Answer> => {
    await deps.event(event);
    return csvAnswer(badgeRows(deps, event, query), {
      columns: COLUMNS,
      name: `${event}-badges`,
      gzip: takesGzip(headers['accept-encoding']),
    });
  };
