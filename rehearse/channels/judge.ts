import type { Histogram } from 'hdr-histogram-js';
import type { Breaches } from '../breaches.ts';
import { latencies } from '../latencies.ts';
import { type Channel, channels, type Member, wantsStory } from './audience.ts';
import type { Arrival, Inboxes } from './inboxes.ts';
import type { Edition } from './newsroom.ts';

/** What was sent so shortly before a kill that the host had no time to record it may come again. */
const UNRECORDED_MS = 1_000;

export interface ChannelFindings {
  readonly channel: Channel;
  members: number;
  /** Editions that its members asked for. */
  wanted: number;
  arrived: number;
  /** Not sent any more, because a later edition of the same announcement went first. */
  overtaken: number;
  /** Came again since a kill came between sending and recording. */
  repeatedByKill: number;
  /** SNS promises no order: receivers drop what is lower than what they have. */
  outOfOrder: number;
  /** From the moment an edition may be out to its first arrival. */
  readonly micros: Histogram;
}

const ORDERED: ReadonlySet<Channel> = new Set(['email', 'webhook', 'push']);

const keyOf = ({ announcementId, edition }: Pick<Edition, 'announcementId' | 'edition'>): string =>
  `${announcementId} ${edition}`;

interface Judging {
  readonly kills: readonly number[];
  readonly breach: (detail: string) => void;
  readonly findings: ChannelFindings;
}

/** Whether the host died so shortly after it sent (or SNS took) the first that it cannot know. */
const excusedByKill = (first: Arrival, again: Arrival, kills: readonly number[]): boolean =>
  kills.some(
    (kill) =>
      again.at > kill &&
      [first.at, first.takenAt ?? first.at].some((at) => at <= kill && kill - at <= UNRECORDED_MS),
  );

/** What came: each edition that was asked for, once, not early, in its words, and none lower than what is there. */
const judgeArrivals = (
  member: Member,
  arrivals: readonly Arrival[],
  wanted: ReadonlyMap<string, Edition>,
  { kills, breach, findings }: Judging,
): ReadonlyMap<string, Arrival> => {
  const first = new Map<string, Arrival>();
  const newest = new Map<string, number>();
  const who = `${member.channel} ${member.number}`;
  for (const arrival of arrivals) {
    const key = keyOf(arrival);
    const edition = wanted.get(key);
    if (!edition) {
      breach(`${who} got ${key}, which it did not ask for`);
      continue;
    }
    const before = first.get(key);
    if (before) {
      if (excusedByKill(before, arrival, kills)) findings.repeatedByKill += 1;
      else breach(`${who} got ${key} again after ${arrival.at - before.at} ms`);
      continue;
    }
    first.set(key, arrival);
    findings.micros.recordValue(Math.max(1, (arrival.at - edition.notBefore) * 1_000));
    if (arrival.at < edition.notBefore)
      breach(`${who} got ${key} ${edition.notBefore - arrival.at} ms before its time`);
    if (!arrival.title.endsWith(edition.title[member.language]))
      breach(`${who} got ${key} with the title "${arrival.title}"`);
    const had = newest.get(arrival.announcementId) ?? 0;
    if (arrival.edition < had) {
      if (ORDERED.has(member.channel)) breach(`${who} got ${key} after edition ${had}`);
      else findings.outOfOrder += 1;
    }
    newest.set(arrival.announcementId, Math.max(had, arrival.edition));
  }
  return first;
};

/** What did not come: only what a later edition has overtaken may be missing. */
const judgeMissing = (
  member: Member,
  first: ReadonlyMap<string, Arrival>,
  wanted: ReadonlyMap<string, Edition>,
  { breach, findings }: Judging,
): void => {
  const newest = new Map<string, number>();
  for (const { announcementId, edition } of first.values())
    newest.set(announcementId, Math.max(newest.get(announcementId) ?? 0, edition));
  for (const [key, edition] of wanted) {
    findings.wanted += 1;
    if (first.has(key)) findings.arrived += 1;
    else if ((newest.get(edition.announcementId) ?? 0) > edition.edition && ORDERED.has(member.channel))
      findings.overtaken += 1;
    else
      breach(`${key} ("${edition.title[member.language]}") did not reach ${member.channel} ${member.number}`);
  }
};

const nothingFound = (channel: Channel): ChannelFindings => ({
  channel,
  members: 0,
  wanted: 0,
  arrived: 0,
  overtaken: 0,
  repeatedByKill: 0,
  outOfOrder: 0,
  micros: latencies(),
});

/** Compares what every member received with what was published and what it asked for. */
export const judgeInboxes = (
  members: readonly Member[],
  editions: readonly Edition[],
  inboxes: Inboxes,
  { kills, breaches }: { readonly kills: readonly number[]; readonly breaches: Breaches },
): ChannelFindings[] => {
  const breach = (detail: string) => breaches.add('I7', detail);
  const all = new Map(channels.map((channel) => [channel, nothingFound(channel)]));
  for (const member of members) {
    const findings = all.get(member.channel) ?? nothingFound(member.channel);
    findings.members += 1;
    const wanted = new Map(
      editions.filter(({ story }) => wantsStory(member, story)).map((edition) => [keyOf(edition), edition]),
    );
    const judging = { kills, breach, findings };
    const first = judgeArrivals(member, inboxes.of(member), wanted, judging);
    judgeMissing(member, first, wanted, judging);
  }
  for (const fault of inboxes.faults) breach(fault);
  return [...all.values()];
};

/** How many editions have not arrived at those who want them, those that were overtaken included. */
export const missingNewest = (
  members: readonly Member[],
  editions: readonly Edition[],
  inboxes: Inboxes,
): number => {
  const newest = new Map<string, Edition>();
  for (const edition of editions) newest.set(edition.announcementId, edition);
  return members.reduce((missing, member) => {
    const got = new Set(inboxes.of(member).map(keyOf));
    const wanted = ORDERED.has(member.channel) ? newest.values() : editions;
    return (
      missing +
      [...wanted].filter((edition) => wantsStory(member, edition.story) && !got.has(keyOf(edition))).length
    );
  }, 0);
};
