import { Problem, type ProblemPlace, parse } from '../../shared/contract/problem.ts';
import { type EventChanges, type EventSettings, eventSettings } from '../../shared/contract/programme.ts';
import { deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventRecord, EventStore } from '../../shared/store/events.ts';

const FIRST_KEY_ID = 'k1';
const CACHE = { 'cache-control': 'public, max-age=15' };

export interface EventDeps {
  readonly events: EventStore;
  readonly secret: () => Promise<string>;
  readonly createTopic: (event: string, language: string) => Promise<void>;
}

interface EventCall {
  readonly params: { readonly event: string };
}

const assertTitled = ({ title, languages }: EventSettings): void => {
  const errors = [
    ...languages.flatMap((language, index) =>
      languages.indexOf(language) === index
        ? []
        : [{ pointer: `/languages/${index}`, detail: `${language} is named twice` }],
    ),
    ...languages
      .slice(0, 1)
      .filter((language) => title[language] === undefined)
      .map((language) => ({
        pointer: `/title/${language}`,
        detail: 'is needed: it is the first of the languages',
      })),
  ];
  if (errors.length > 0) throw new Problem('validation', 'The event is not valid', { errors });
};

/** A field that is left out keeps its stored value. */
const settingsOf = (before: EventRecord | undefined, changes: EventChanges): EventSettings => {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  if (!before) return parse(eventSettings, given, 'A new event');
  const { title, timeZone, languages, onePlaceAtATime } = before;
  return { title, timeZone, languages, onePlaceAtATime, ...given };
};

const removedLanguages = (before: EventRecord | undefined, { languages }: EventSettings): ProblemPlace[] =>
  (before?.languages ?? [])
    .filter((language) => !languages.includes(language))
    .map((language) => ({
      pointer: '/languages',
      detail: `no longer has ${language}: who subscribed in it is told of nothing new`,
    }));

export const eventCommands = ({ events, secret, createTopic }: EventDeps) => ({
  /** Topics first: an event that is stored can always be announced to. All of it may be sent again. */
  put: async ({ params: { event }, body }: EventCall & { body: EventChanges }): Promise<Answer> => {
    const before = await events.get(event);
    const settings = settingsOf(before, body);
    assertTitled(settings);
    for (const language of settings.languages) await createTopic(event, language);
    const { kid, publicKey } = deriveBadgeKey(await secret(), event, FIRST_KEY_ID);
    const created = !before && (await events.create(event, settings, [{ kid, publicKey }]));
    const record = created ? await events.existing(event) : await events.change(event, settings);
    return { status: created ? 201 : 200, body: { ...record, warnings: removedLanguages(before, settings) } };
  },

  get: async ({ params: { event } }: EventCall): Promise<Answer> => ({
    status: 200,
    body: await events.existing(event),
    headers: CACHE,
  }),
});
