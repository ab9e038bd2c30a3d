import * as z from 'zod/mini';
import { _isoDateTime, $ZodISODateTime } from 'zod/v4/core';
import { END_OF_TIME_MS } from '../domain/clock.ts';
import { wordPattern } from '../domain/event-words.ts';

/** Id of an event, venue, room or session: lower-case letters, digits and hyphens, at most 63 characters. */
export const slug = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      'must be 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit',
    ),
  );

export const badgeId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -'));

/** UUID of any version (RFC 9562), lower-cased so that one scan has one spelling. */
export const scanId = z.pipe(
  z.string().check(z.regex(/^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/, 'must be a UUID')),
  z.transform((id: string) => id.toLowerCase()),
);

export const deviceId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a device id'));

const YEARS = '^(19[7-9][0-9]|20[0-9]{2}|2100)-';
const OUT_OF_TIME = 'must be a time from 1970 to 2100';

/** Not by `z.iso`, which brings dates, times and durations along into every function. */
const dateTime = _isoDateTime($ZodISODateTime, {
  offset: true,
  error: ({ input }: z.core.$ZodRawIssue) =>
    /:60(?!:)/.test(String(input))
      ? 'must be a time without a leap second: send :59 in place of :60'
      : 'must be an RFC 3339 time such as 2023-07-04T11:30:00.000Z',
});

/** RFC 3339 time with any offset; read as UTC milliseconds since 1970. */
export const instant = z.pipe(
  z.pipe(
    z.pipe(
      // RFC 3339 section 5.6 takes `t` and `z` as well.
      z.string().check(z.toUpperCase()).register(z.globalRegistry, {
        format: 'date-time',
        pattern: YEARS,
        description: 'a leap second (`:60`) is refused: send `:59`',
      }),
      dateTime,
    ),
    z.transform((text: string) => new Date(text).getTime()),
  ),
  z.number().check(z.gte(0, OUT_OF_TIME), z.lt(END_OF_TIME_MS, OUT_OF_TIME)),
);

/** An instant as we store and answer it: RFC 3339 in UTC with milliseconds. */
export const instantText = z.pipe(
  instant,
  z.transform((ms: number) => new Date(ms).toISOString()),
);

/** RFC 3339 in UTC with milliseconds, in answers. */
export const time = z.string().register(z.globalRegistry, { format: 'date-time' });

/** As the document says it, for readers without Unicode properties. */
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';
export const inOneLine = z.refine<string>(
  (text) => !/\p{Cc}/u.test(text),
  'must be one line without control characters',
);
const inLines = z.refine<string>(
  (text) => !/[^\P{Cc}\t\n\r]/u.test(text),
  'must be without control characters, but for tabs and line breaks',
);

/** What somebody writes in one line: without the blanks around it there has to be something, `max` characters at most. */
export const written = (max: number, described: { readonly description?: string } = {}) =>
  z
    .string()
    .check(z.trim(), z.minLength(1), z.maxLength(max), inOneLine)
    .register(z.globalRegistry, { pattern: `^\\s*[^\\s${CONTROLS}][^${CONTROLS}]*$`, ...described });

/** What somebody writes in paragraphs, else as `written`. */
export const writtenInLines = (max: number) =>
  z
    .string()
    .check(z.trim(), z.minLength(1), z.maxLength(max), inLines)
    .register(z.globalRegistry, { pattern: `^\\s*[^\\s${CONTROLS}](?:[^${CONTROLS}]|[\\t\\n\\r])*$` });

/** One line that may as well be empty. */
export const maybeWritten = (max: number) =>
  z
    .string()
    .check(z.trim(), z.maxLength(max), inOneLine)
    .register(z.globalRegistry, { pattern: `^[^${CONTROLS}]*$` });

const word = () =>
  z.string().check(z.regex(wordPattern, 'must be 1 to 32 of a-z, 0-9 and -, beginning with a letter'));
/** One of the event's categories of badges, by its id. */
export const badgeCategory = word();
/** One of the event's kinds of sessions, by its id. */
export const sessionKind = word();

/** ISO 3166-1 alpha-2. */
export const country = z
  .string()
  .check(z.regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as SG'));

/** In a query; the usual other words for yes and no are taken as well. */
export const flag = () =>
  z
    .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
    .register(z.globalRegistry, { enum: ['true', 'false'] });

export const direction = z.enum(['entry', 'exit']);

export const eventParams = z.object({ event: slug });
export const sessionParams = z.object({ event: slug, session: slug });

export const deviceRole = z.enum(['scanner', 'supervisor']);
