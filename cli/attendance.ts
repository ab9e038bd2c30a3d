import type { ApiBody } from '../shared/client/api.ts';
import { type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';

const ALL = 'GET /v1/events/{event}/attendance';
const ONE = 'GET /v1/events/{event}/sessions/{session}/attendance';

type Counts = ApiBody<typeof ALL>['sessions'][number];

const columns = ['inside', 'attended', 'entries', 'exits', 'refused', 'peak'] as const;

const line = (cells: readonly (string | number)[]): void => console.log(cells.join('\t'));

const rowOf = (counts: Pick<Counts, 'sessionId' | 'capacity' | (typeof columns)[number]>): void =>
  line([counts.sessionId, ...columns.map((name) => counts[name]), counts.capacity ?? '-']);

/** @throws {Failure} */
export const addHeadCount = async (
  session: string,
  count: string,
  options: ConnectionOptions,
): Promise<void> => {
  if (!/^\d{1,7}$/.test(count)) throw new Failure(`${count} is no number of people`);
  const { api, params } = connect(options);
  const call = { params: { ...params, session }, body: { count: Number(count) } };
  const { body } = await api.call('POST /v1/events/{event}/sessions/{session}/head-counts', call);
  console.log(`${session}: ${body.count} counted by hand, ${body.inside} inside by the scans at ${body.at}`);
};

/** Tables for people and for `cut`: values with tabs between, below a line of headings. */
export const showAttendance = async (
  session: string | undefined,
  { json, ...options }: ConnectionOptions & { readonly json?: boolean | undefined },
): Promise<void> => {
  const { api, params } = connect(options);
  const headings = ['session', ...columns, 'capacity'];
  if (session === undefined) {
    const { body } = await api.call(ALL, { params });
    if (json) return console.log(JSON.stringify(body, null, 2));
    line(headings);
    for (const counts of body.sessions.toSorted((a, b) => a.startsAt.localeCompare(b.startsAt)))
      rowOf(counts);
    console.error(`as of ${body.asOf}`);
    return;
  }
  const { body } = await api.call(ONE, { params: { ...params, session } });
  if (json) return console.log(JSON.stringify(body, null, 2));
  line(headings);
  rowOf(body);
  line(['minute', 'entries', 'exits', 'inside']);
  for (const { at, entries, exits, inside } of body.timeline) line([at, entries, exits, inside]);
  console.error(`as of ${body.asOf}`);
};
