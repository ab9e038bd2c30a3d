import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { announcementKinds } from '../../shared/contract/announcements.ts';
import type { AnnouncementKind } from '../../shared/domain/announcement.ts';
import { type Language, topics } from './audience.ts';

const STORIES = 120;

/** What press does with an announcement after it has drafted it. */
export type Deed = 'publish' | 'schedule' | 'correct' | 'retract';

export interface Story {
  readonly number: number;
  readonly kind: AnnouncementKind;
  readonly topics: readonly string[];
  readonly deeds: readonly Deed[];
}

/** Of 20: left as it is, corrected, retracted, corrected and then retracted. */
const ENDS: readonly (readonly Deed[])[] = [[], ['correct'], ['retract'], ['correct', 'retract']];
const ENDS_WEIGHTS = [14, 3, 2, 1];
const SCHEDULED = 0.2;
/** A correction comes so many deeds after what it corrects. */
const LATER = [2, 9] as const;

export interface Step {
  readonly story: Story;
  readonly deed: Deed;
}

/** Announcements, and what is done to them in which order: the same for the same scale and seed. */
export const stepsOf = (scale: number, seed: number): Step[] => {
  const random = seededRandom(seed + 1);
  const placed: { at: number; step: Step }[] = [];
  for (let number = 1; number <= Math.max(4, Math.round(STORIES * scale)); number += 1) {
    const first: Deed = random.chance(SCHEDULED) ? 'schedule' : 'publish';
    const end = ENDS[random.weighted(ENDS_WEIGHTS)] ?? [];
    const story = {
      number,
      kind: random.pick(announcementKinds),
      topics: random.shuffle(topics).slice(0, random.whole(1, 2)),
      deeds: [first, ...end],
    };
    let at = number;
    for (const deed of story.deeds) {
      placed.push({ at, step: { story, deed } });
      at += random.whole(...LATER) + 0.5;
    }
  }
  return placed.sort((a, b) => a.at - b.at).map(({ step }) => step);
};

const BODIES: Readonly<Record<Language, string>> = {
  en: [
    'Delegates of forty countries agreed on a common programme of work for the next two years.',
    'It names the institutions that lead it, the funds that are pledged, and the dates by which progress is reported to the public.',
    'The full text, with annexes and the list of those who joined, is published with the records of the forum.',
  ].join('\n\n'),
  zh: [
    '来自四十个国家的代表就未来两年的共同工作方案达成一致。',
    '方案列明了牵头机构、已承诺的资金以及向公众报告进展的日期。',
    '全文及附件和参与方名单随论坛文件一并公布。',
  ].join('\n\n'),
};

/** The title says which story and edition it is, so that every receiver can be asked whether it got that one. */
export const titleOf = ({ number }: Story, corrected: boolean, language: Language): string =>
  language === 'en'
    ? `Outcome ${number}${corrected ? ', as corrected' : ''} <agreed> & signed`
    : `成果 ${number}${corrected ? '(更正)' : ''}:达成并签署`;

export const contentOf = (story: Story, corrected: boolean) => ({
  en: { title: titleOf(story, corrected, 'en'), body: BODIES.en, url: 'https://example.org/outcomes' },
  zh: { title: titleOf(story, corrected, 'zh'), body: BODIES.zh },
});
