import { setTimeout as sleep } from 'node:timers/promises';
import { type Course, unlessRepeated } from '../client.ts';
import { type Language, languages } from './audience.ts';
import { contentOf, type Deed, type Step, type Story, titleOf } from './story.ts';
import type { Press } from './subscribe.ts';

/** What is out, or will be at its time. */
export interface Edition {
  readonly story: Pick<Story, 'kind' | 'topics'>;
  readonly announcementId: string;
  readonly edition: number;
  /** Nobody may have it before; ms since 1970. */
  readonly notBefore: number;
  readonly title: Readonly<Record<Language, string>>;
}

const ANNOUNCEMENTS = '/v1/events/{event}/announcements';
const ANNOUNCEMENT = `${ANNOUNCEMENTS}/{announcement}` as const;
/** From the request to the time that it names. */
const SCHEDULED_AHEAD_MS = 8_000;
const LOOK_EVERY_MS = 200;
const PUBLISHED_WITHIN_MS = 120_000;

/** Press at work: does the steps one after the other, and keeps its own record of what every reader should get. */
export const newsroom = ({ client, credentials: { event, pressToken } }: Press) => {
  const ids = new Map<Story, string>();
  const editions: Edition[] = [];

  const idOf = async (story: Story): Promise<string> => {
    const known = ids.get(story);
    if (known !== undefined) return known;
    const { kind, topics } = story;
    const drafted = await client.as(pressToken).call(`POST ${ANNOUNCEMENTS}`, {
      params: { event },
      body: { kind, topics: [...topics], content: contentOf(story, false) },
    });
    ids.set(story, drafted.body.announcementId);
    return drafted.body.announcementId;
  };

  /** The announcement when it is out, or at once where it is to be published first. */
  const stateOf = async (announcement: string, awaited: boolean) => {
    const giveUpAt = Date.now() + PUBLISHED_WITHIN_MS;
    for (;;) {
      const found = await client
        .as(pressToken)
        .call(`GET ${ANNOUNCEMENT}`, { params: { event, announcement } });
      if (!awaited || !('state' in found.body) || found.body.state !== 'scheduled') return found;
      if (Date.now() > giveUpAt) throw new Error(`${announcement} is still not published`);
      await sleep(LOOK_EVERY_MS);
    }
  };

  /** @returns when it is out at the earliest */
  const change = async (deed: Deed, story: Story, announcement: string): Promise<number> => {
    const course: Course = { attempts: 1, tookMs: 0 };
    const api = client.as(pressToken, course);
    const { etag: ifMatch } = await stateOf(announcement, deed === 'correct' || deed === 'retract');
    const call = { params: { event, announcement }, ifMatch };
    const now = Date.now();
    const publishAt = new Date(now + SCHEDULED_AHEAD_MS);
    const doing = {
      publish: () => api.call(`POST ${ANNOUNCEMENT}/publish`, call),
      schedule: () =>
        api.call(`POST ${ANNOUNCEMENT}/schedule`, { ...call, body: { publishAt: publishAt.toISOString() } }),
      correct: () =>
        api.call(`POST ${ANNOUNCEMENT}/correct`, {
          ...call,
          body: { content: contentOf(story, true), note: 'A number was wrong.' },
        }),
      retract: () =>
        api.call(`POST ${ANNOUNCEMENT}/retract`, { ...call, body: { reason: 'It was withdrawn.' } }),
    };
    await doing[deed]().catch(unlessRepeated(course));
    return deed === 'schedule' ? publishAt.getTime() : now;
  };

  return {
    editions,
    perform: async ({ story, deed }: Step): Promise<Edition> => {
      const announcementId = await idOf(story);
      const notBefore = await change(deed, story, announcementId);
      const at = story.deeds.indexOf(deed);
      const corrected = story.deeds.slice(0, at + 1).includes('correct');
      const [en, zh] = languages.map((language) => titleOf(story, corrected, language));
      const edition: Edition = {
        story,
        announcementId,
        edition: at + 1,
        notBefore,
        title: { en: en ?? '', zh: zh ?? '' },
      };
      editions.push(edition);
      return edition;
    },
  };
};
export type Newsroom = ReturnType<typeof newsroom>;
