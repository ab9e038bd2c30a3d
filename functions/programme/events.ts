import { MAX_ERRORS, Problem, parse } from '../../shared/contract/problem.ts';
import type { ProblemPlace } from '../../shared/contract/problem-details.ts';
import { type EventChanges, eventSettings } from '../../shared/contract/programme.ts';
import { deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { Deletion, EventDeletions } from '../../shared/store/event-deletions.ts';
import type { EventRecord, EventStore, StoredSettings } from '../../shared/store/events.ts';
import { removedWords, type WordUse } from './removed-words.ts';

const FIRST_KEY_ID = 'k1';
const CACHE = { 'cache-control': 'public, max-age=15' };

export interface EventDeps extends WordUse {
  readonly events: EventStore;
  /** Undefined of an event that was not deleted. */
  readonly deletionOf: EventDeletions['of'];
  readonly secret: () => Promise<string>;
  readonly createTopic: (event: string, language: string) => Promise<void>;
}

interface EventCall {
  readonly params: { readonly event: string };
}

const assertTitled = ({ title, languages }: StoredSettings): void => {
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

/** A plain text is in the event's first language. */
const titled = <W extends { title: string | Record<string, string> }>(
  words: readonly W[],
  language: string,
) =>
  words.map((word) => ({
    ...word,
    title: typeof word.title === 'string' ? { [language]: word.title } : word.title,
  }));

/** A field that is left out keeps its stored value. */
const settingsOf = (before: EventRecord | undefined, changes: EventChanges): Required<StoredSettings> => {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const stored = before && {
    title: before.title,
    timeZone: before.timeZone,
    languages: before.languages,
    categories: before.categories,
    kinds: before.kinds,
    onePlaceAtATime: before.onePlaceAtATime,
  };
  const settings = parse(eventSettings, { ...stored, ...given }, before ? 'The event' : 'A new event');
  const [language = 'en'] = settings.languages;
  return {
    ...settings,
    categories: titled(settings.categories, language),
    kinds: titled(settings.kinds, language),
  };
};

/** Badges that were printed for the one that was deleted would open the doors of another by its name. */
const spentId = (event: string, { requestedAt }: Deletion): Problem =>
  new Problem('conflict', `${event} was deleted at ${requestedAt}, its id is not given again: take another`);

const removedLanguages = (before: EventRecord | undefined, { languages }: StoredSettings): ProblemPlace[] =>
  (before?.languages ?? [])
    .filter((language) => !languages.includes(language))
    .map((language) => ({
      pointer: '/languages',
      detail: `no longer has ${language}: who subscribed in it is told of nothing new`,
    }));

export const eventCommands = ({ events, deletionOf, secret, createTopic, ...use }: EventDeps) => ({
  /** Topics first: an event that is stored can always be announced to. All of it may be sent again. */
  put: async ({ params: { event }, body }: EventCall & { body: EventChanges }): Promise<Answer> => {
    const before = await events.get(event);
    const deletion = before ? undefined : await deletionOf(event);
    if (deletion) throw spentId(event, deletion);
    const settings = settingsOf(before, body);
    assertTitled(settings);
    for (const language of settings.languages) await createTopic(event, language);
    const { kid, publicKey } = deriveBadgeKey(await secret(), event, FIRST_KEY_ID);
    const created = !before && (await events.create(event, settings, [{ kid, publicKey }]));
    const record = created ? await events.existing(event) : await events.change(event, settings);
    const warnings = [
      ...removedLanguages(before, settings),
      ...(await removedWords(use, before, settings)),
    ].slice(0, MAX_ERRORS);
    return { status: created ? 201 : 200, body: { ...record, warnings } };
  },

  get: async ({ params: { event } }: EventCall): Promise<Answer> => ({
    status: 200,
    body: await events.existing(event),
    headers: CACHE,
  }),
});
