import { MAX_ERRORS, Problem } from '../shared/contract/problem.ts';
import { importProgramme } from '../shared/contract/programme.ts';
import { rowsOfSchedule } from '../shared/import/schedule-rows.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';
import { parseJson, readText } from './read-text.ts';

/** Beyond this a file is turned into our own form first, without abstracts and speakers: the API takes 5 MB. */
const LARGE_FILE_BYTES = importProgramme.maxBytes ?? 0;

const IMPORT = 'POST /v1/events/{event}/programme';

const isXml = (text: string) => text.trimStart().startsWith('<');

/** A schedule file in our own form, with where each of its rows stands in the file. */
const converted = async (
  { api, params }: Connection,
  text: string,
  file: string,
  venueId: string | undefined,
) => {
  const event = (await api.call('GET /v1/events/{event}', { params })).body;
  const known = (await api.call('GET /v1/events/{event}/programme', { params })).body;
  try {
    const rows = rowsOfSchedule(
      isXml(text) ? { xml: text } : { json: parseJson(text, file) },
      event,
      known,
      venueId,
    );
    const faults = rows.sessions.flatMap((row) => row.faults ?? []);
    if (faults.length === 0) return rows;
    const lines = faults.slice(0, MAX_ERRORS).map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
    throw new Failure([`${file}: ${faults.length} wrong places, nothing was sent`, ...lines].join('\n'));
  } catch (error) {
    if (error instanceof Problem) throw new Failure(`${file}: ${error.message}`);
    throw error;
  }
};

const sendProgramme = async (
  connection: Connection,
  file: string,
  venueId: string | undefined,
  dryRun: boolean,
) => {
  const text = readText(file);
  const { api, params } = connection;
  if (Buffer.byteLength(text) < LARGE_FILE_BYTES) {
    if (!isXml(text)) parseJson(text, file);
    const raw = { content: text, mediaType: isXml(text) ? 'application/xml' : 'application/json' };
    return (await api.call(IMPORT, { params, query: { venueId, dryRun }, raw })).body;
  }
  const rows = await converted(connection, text, file, venueId);
  const content = JSON.stringify({
    venues: rows.venues.map(({ value }) => value),
    sessions: rows.sessions.map(({ value }) => value),
  });
  const result = (
    await api.call(IMPORT, {
      params,
      query: { dryRun },
      raw: { content, mediaType: 'application/json' },
    })
  ).body;
  const placed = result.errors.map((place) => {
    const [, list, index, rest = ''] = /^\/(venues|sessions)\/(\d+)(.*)$/.exec(place.pointer) ?? [];
    const row = list === 'venues' || list === 'sessions' ? rows[list][Number(index)] : undefined;
    return row ? { ...place, pointer: `${row.pointer}${rest}` } : place;
  });
  return { ...result, errors: placed };
};

export const importFile = async (
  file: string,
  options: ConnectionOptions & {
    readonly venue?: string | undefined;
    readonly dryRun?: boolean | undefined;
  },
): Promise<void> => {
  const { venue, dryRun = false } = options;
  const result = await sendProgramme(connect(options), file, venue, dryRun);
  if (result.errors.length > 0) {
    throw new Failure(
      `Nothing ${dryRun ? 'would be' : 'was'} imported: ${result.errorCount} wrong places in ${file}`,
      result.errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`),
    );
  }
  for (const kind of ['venues', 'sessions'] as const) {
    const { created, updated, unchanged } = result[kind];
    console.log(`${kind}: ${created} created, ${updated} updated, ${unchanged} unchanged`);
  }
  const { missing, foretold } = result;
  if (!foretold) return;
  for (const [mark, ids] of [
    ['+', foretold.created],
    ['~', foretold.updated],
    ['?', missing],
  ] as const)
    for (const id of ids) console.log(`${mark} ${id}`);
  console.log('Nothing is stored. + new, ~ changed, ? no longer in the file, stays');
};

export const setEvent = async (file: string, options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  const content = readText(file);
  parseJson(content, file);
  const raw = { content, mediaType: 'application/json' };
  const { event } = (await api.call('PUT /v1/events/{event}', { params, raw })).body;
  console.log(`${event} is set up`);
};

export const deleteEvent = async (
  options: ConnectionOptions & { readonly confirm: string },
): Promise<void> => {
  const { api, params } = connect(options);
  const { confirm } = options;
  const { event, requestedAt, erasedAt } = (
    await api.call('DELETE /v1/events/{event}', { params, query: { confirm } })
  ).body;
  console.log(
    `${event}: deleted at ${requestedAt}, ${erasedAt === null ? 'erased within minutes' : `erased at ${erasedAt}`}`,
  );
};
