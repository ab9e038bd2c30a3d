import { Problem } from '../../shared/contract/problem.ts';
import type { EventSettings } from '../../shared/contract/programme.ts';
import { deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventStore } from '../../shared/store/events.ts';

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

export const eventCommands = ({ events, secret, createTopic }: EventDeps) => ({
  /** Topics first: an event that is stored can always be announced to. All of it may be sent again. */
  put: async ({ params: { event }, body }: EventCall & { body: EventSettings }): Promise<Answer> => {
    assertTitled(body);
    for (const language of body.languages) await createTopic(event, language);
    const { kid, publicKey } = deriveBadgeKey(await secret(), event, FIRST_KEY_ID);
    const created = await events.create(event, body, [{ kid, publicKey }]);
    const record = created ? await events.existing(event) : await events.change(event, body);
    return { status: created ? 201 : 200, body: record };
  },

  get: async ({ params: { event } }: EventCall): Promise<Answer> => ({
    status: 200,
    body: await events.existing(event),
    headers: CACHE,
  }),
});
