import { defineCommand } from 'citty';
import * as z from 'zod';
import { Problem } from '../shared/contract/problem.ts';
import { importProgramme, importResult } from '../shared/contract/programme.ts';
import { venue } from '../shared/contract/sessions.ts';
import { slug, time } from '../shared/contract/values.ts';
import { rowsOfSchedule } from '../shared/import/schedule-rows.ts';
import { type Connection, connect, connectionArgs } from './connection.ts';
import { Failure, reporting } from './failure.ts';
import { parseJson, readText } from './read-text.ts';

/** Beyond this a file is turned into our own form first, without abstracts and speakers: the API takes 5 MB. */
const LARGE_FILE_BYTES = importProgramme.maxBytes ?? 0;

const storedEvent = z.object({ event: z.string(), timeZone: z.string(), languages: z.array(z.string()) });
const programme = z.object({
  venues: z.array(venue),
  sessions: z.array(z.object({ sessionId: slug, startsAt: time, roomId: z.nullable(slug) })),
});

const isXml = (text: string) => text.trimStart().startsWith('<');

/** A schedule file in our own form, with where each of its rows stands in the file. */
const converted = async (connection: Connection, text: string, file: string, venueId: string | undefined) => {
  const event = await connection.ask({ method: 'GET', path: '', answer: storedEvent });
  const known = await connection.ask({ method: 'GET', path: '/programme', answer: programme });
  try {
    return rowsOfSchedule(
      isXml(text) ? { xml: text } : { json: parseJson(text, file) },
      event,
      known,
      venueId,
    );
  } catch (error) {
    if (error instanceof Problem) throw new Failure(`${file}: ${error.message}`);
    throw error;
  }
};

const sendProgramme = async (connection: Connection, file: string, venueId: string | undefined) => {
  const text = readText(file);
  const path = `/programme${venueId === undefined ? '' : `?venueId=${encodeURIComponent(venueId)}`}`;
  const request = { method: 'POST', path, answer: importResult } as const;
  if (Buffer.byteLength(text) < LARGE_FILE_BYTES) {
    const type = isXml(text) ? 'application/xml' : 'application/json';
    if (!isXml(text)) parseJson(text, file);
    return connection.ask({ ...request, text: { content: text, type } });
  }
  const rows = await converted(connection, text, file, venueId);
  const result = await connection.ask({
    ...request,
    path: '/programme',
    json: {
      venues: rows.venues.map(({ value }) => value),
      sessions: rows.sessions.map(({ value }) => value),
    },
  });
  const placed = result.errors.map((place) => {
    const [, list, index, rest = ''] = /^\/(venues|sessions)\/(\d+)(.*)$/.exec(place.pointer) ?? [];
    const row = list === 'venues' || list === 'sessions' ? rows[list][Number(index)] : undefined;
    return row ? { ...place, pointer: `${row.pointer}${rest}` } : place;
  });
  return { ...result, errors: placed };
};

export const importCommand = defineCommand({
  meta: {
    name: 'import',
    description: 'Import a programme: our own JSON, or schedule.xml or .json of frab, pentabarf, pretalx',
  },
  args: {
    file: { type: 'positional', description: 'The file, or - for standard input', required: true },
    venue: { type: 'string', description: 'Venue that the rooms of a schedule belong to', valueHint: 'slug' },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const connection = connect(args);
    const result = await sendProgramme(connection, args.file, args.venue);
    if (result.errors.length > 0) {
      throw new Failure(
        `Nothing was imported: ${result.errors.length} wrong places in ${args.file}`,
        result.errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`),
      );
    }
    for (const kind of ['venues', 'sessions'] as const) {
      const { created, updated, unchanged } = result[kind];
      console.log(`${kind}: ${created} created, ${updated} updated, ${unchanged} unchanged`);
    }
  }),
});

export const eventCommand = defineCommand({
  meta: { name: 'event', description: 'Create the event or change its title, time zone and languages' },
  args: {
    file: { type: 'positional', description: 'JSON with title, timeZone, languages', required: true },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const connection = connect(args);
    const settings = parseJson(readText(args.file), args.file);
    const { event } = await connection.ask({
      method: 'PUT',
      path: '',
      json: settings,
      answer: storedEvent,
    });
    console.log(`${event} is set up`);
  }),
});
