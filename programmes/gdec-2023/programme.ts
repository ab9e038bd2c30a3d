import { readFileSync } from 'node:fs';
import * as z from 'zod';

const texts = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const event = z.strictObject({ title: texts, timeZone: z.string(), languages: z.array(z.string()) });

const venue = z.strictObject({
  venueId: z.string(),
  title: texts,
  city: z.string(),
  timeZone: z.string(),
  rooms: z.array(z.strictObject({ roomId: z.string(), title: z.string(), capacity: z.int().positive() })),
});

const session = z.strictObject({
  sessionId: z.string(),
  title: texts,
  kind: z.enum(['ceremony', 'forum', 'seminar', 'activity', 'exhibition', 'entrance']),
  venueId: z.string(),
  roomId: z.string(),
  startsAt: time,
  endsAt: time,
  topics: z.array(z.string()),
  admission: z.strictObject({
    categories: z.null(),
    reentry: z.literal('after-exit'),
    opensAt: time.nullable(),
    closesAt: time.nullable(),
    capacity: z.int().positive(),
    capacityMode: z.literal('advisory'),
  }),
});

const programme = z.strictObject({ venues: z.array(venue), sessions: z.array(session) });
export type Programme = z.infer<typeof programme>;

const text = z.strictObject({ title: z.string().min(1), body: z.string().min(1) });
const outcome = z.strictObject({
  outcomeId: z.string(),
  kind: z.enum(['report', 'achievement', 'initiative', 'project', 'award', 'notice']),
  topics: z.array(z.string()),
  sessionId: z.string().optional(),
  /** What the closing ceremony announces is under embargo until it starts. */
  publish: z.enum(['immediately', 'at-closing-ceremony']),
  content: z.strictObject({ en: text, zh: text }),
});
export type Outcome = z.infer<typeof outcome>;

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/** Slug of the event, as in every key and URL. */
export const EVENT = 'gdec-2023';

/** Body of `PUT /v1/events/gdec-2023`. */
export const readEvent = () => event.parse(read('event.json'));

/** Body of `POST …/programme`, with the times of July 2023. */
export const readProgramme = (): Programme => programme.parse(read('programme.json'));

/** The outcomes that sources name, with what `POST …/announcements` takes of each. */
export const readOutcomes = (): Outcome[] => z.array(outcome).parse(read('outcomes.json'));
