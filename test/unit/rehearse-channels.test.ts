import { describe, expect, it } from 'vitest';
import { Breaches } from '../../rehearse/breaches.ts';
import { audienceOf, type Member, wantsStory } from '../../rehearse/channels/audience.ts';
import { Inboxes } from '../../rehearse/channels/inboxes.ts';
import { judgeInboxes, missingNewest } from '../../rehearse/channels/judge.ts';
import type { Edition } from '../../rehearse/channels/newsroom.ts';
import { stepsOf } from '../../rehearse/channels/story.ts';

const story = { number: 1, kind: 'award', topics: ['health'], deeds: ['publish', 'correct'] } as const;
const edition = (number: number, notBefore: number): Edition => ({
  story,
  announcementId: 'a',
  edition: number,
  notBefore,
  title: { en: 'Winners', zh: '获奖' },
});
const editions = [edition(1, 1_000), edition(2, 5_000)];
const aMember = (more: Partial<Member> = {}): Member => ({
  number: 0,
  channel: 'email',
  language: 'en',
  kinds: undefined,
  topics: undefined,
  failsFirst: false,
  ...more,
});

/** @param arrivals edition and time of each */
const judged = (
  arrivals: readonly (readonly [edition: number, at: number, title?: string])[],
  { member = aMember(), kills = [] }: { member?: Member; kills?: number[] } = {},
) => {
  const inboxes = new Inboxes([member]);
  for (const [number, at, title = 'Winners'] of arrivals)
    inboxes.take(member, { at, announcementId: 'a', edition: number, title });
  const breaches = new Breaches();
  const findings = judgeInboxes([member], editions, inboxes, { kills, breaches }).find(
    ({ channel }) => channel === member.channel,
  );
  return { found: breaches.list().map(({ detail }) => detail), findings, inboxes };
};

// A run that finds nothing wrong must mean that nothing was wrong.
describe('what the run of the channels finds', () => {
  it('nothing, where each edition came once, in order and in its words', () => {
    const { found, findings } = judged([
      [1, 1_010],
      [2, 5_010],
    ]);
    expect(found).toEqual([]);
    expect(findings).toMatchObject({ wanted: 2, arrived: 2, overtaken: 0 });
  });

  it.each([
    ['lost', [[1, 1_010]], 'did not reach email 0'],
    [
      'early',
      [
        [1, 990],
        [2, 5_010],
      ],
      '10 ms before its time',
    ],
    [
      'twice',
      [
        [1, 1_010],
        [1, 1_500],
        [2, 5_010],
      ],
      'again after 490 ms',
    ],
    [
      'overtaken by what it retracts',
      [
        [2, 5_010],
        [1, 5_020],
      ],
      'after edition 2',
    ],
    [
      'other words',
      [
        [1, 1_010, 'Losers'],
        [2, 5_010],
      ],
      'title "Losers"',
    ],
    [
      'unknown',
      [
        [1, 1_010],
        [2, 5_010],
        [3, 6_000],
      ],
      'did not ask for',
    ],
  ] as const)('%s', (_what, arrivals, said) => {
    expect(judged(arrivals).found).toEqual([expect.stringContaining(said)]);
  });

  it('what nobody asked for', () => {
    const member = aMember({ kinds: ['report'] });
    expect(judged([[1, 1_010]], { member }).found).toEqual([expect.stringContaining('did not ask for')]);
    expect(wantsStory(aMember({ topics: ['food', 'health'] }), story)).toBe(true);
    expect(wantsStory(aMember({ topics: ['food'] }), story)).toBe(false);
  });

  it('a repeat only where no kill came between sending and recording', () => {
    const arrivals = [
      [1, 1_010],
      [1, 40_000],
      [2, 41_000],
    ] as const;
    expect(judged(arrivals, { kills: [1_500] })).toMatchObject({
      found: [],
      findings: { repeatedByKill: 1 },
    });
    expect(judged(arrivals, { kills: [3_000] }).found).toHaveLength(1);
    expect(judged(arrivals, { kills: [900] }).found).toHaveLength(1);
  });

  it('an edition that a later one overtook before it was sent, which SNS may not do', () => {
    expect(judged([[2, 5_010]])).toMatchObject({ found: [], findings: { overtaken: 1 } });
    const { found, inboxes } = judged([[2, 5_010]], { member: aMember({ channel: 'https' }) });
    expect(found).toEqual([expect.stringContaining('did not reach https 0')]);
    expect(missingNewest([aMember()], editions, inboxes)).toBe(0);
    expect(missingNewest([aMember({ channel: 'https' })], editions, inboxes)).toBe(1);
  });
});

it('a run has every channel, language, filter and deed, and is the same for the same seed', () => {
  const members = audienceOf(0.1, 1);
  const steps = stepsOf(0.5, 1);
  expect(members).toHaveLength(251);
  expect(members.filter(({ failsFirst }) => failsFirst)).toHaveLength(2);
  expect(members.filter(({ kinds, topics }) => kinds ?? topics).length).toBeGreaterThan(30);
  expect(new Set(steps.map(({ deed }) => deed)).size).toBe(4);
  expect(audienceOf(0.1, 1)).toEqual(members);
  expect(stepsOf(0.5, 1)).toEqual(steps);
});
