import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { announcementKinds } from '../../shared/contract/announcements.ts';
import type { AnnouncementKind } from '../../shared/domain/announcement.ts';

export const channels = ['email', 'webhook', 'push', 'https', 'sqs'] as const;
export type Channel = (typeof channels)[number];

/** Of the whole run, at scale 1. */
const SIZES: Readonly<Record<Channel, number>> = {
  email: 2_000,
  webhook: 200,
  push: 200,
  https: 100,
  sqs: 5,
};
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export const topics = ['climate', 'education', 'health', 'food', 'industry', 'finance'] as const;

/** Of 20: those who want everything, some kinds, some topics. */
const NARROWING = [15, 3, 2];
/** One in so many webhooks answers its first try of each message with an error. */
const FAILS_FIRST = 10;

/** One subscriber, and what it asked for. */
export interface Member {
  readonly number: number;
  readonly channel: Channel;
  readonly language: Language;
  readonly kinds: readonly AnnouncementKind[] | undefined;
  readonly topics: readonly string[] | undefined;
  readonly failsFirst: boolean;
}

/** Everybody who subscribes: the same for the same scale and seed. */
export const audienceOf = (scale: number, seed: number): Member[] => {
  const random = seededRandom(seed);
  const members: Member[] = [];
  for (const channel of channels) {
    for (let each = 0; each < Math.max(1, Math.round(SIZES[channel] * scale)); each += 1) {
      const narrowing = random.weighted(NARROWING);
      members.push({
        number: members.length,
        channel,
        language: languages[random.weighted([3, 2])] ?? 'en',
        kinds: narrowing === 1 ? random.shuffle(announcementKinds).slice(0, 2) : undefined,
        topics: narrowing === 2 ? random.shuffle(topics).slice(0, 2) : undefined,
        failsFirst: channel === 'webhook' && each % FAILS_FIRST === 0,
      });
    }
  }
  return members;
};

/** Whether a member asked for such an announcement, all languages being there. */
export const wantsStory = (
  member: Pick<Member, 'kinds' | 'topics'>,
  story: { readonly kind: AnnouncementKind; readonly topics: readonly string[] },
): boolean =>
  (member.kinds?.includes(story.kind) ?? true) &&
  (member.topics?.some((topic) => story.topics.includes(topic)) ?? true);
