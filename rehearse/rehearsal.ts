import { dirname, join } from 'node:path';
import { readBadges } from '../local/credentials.ts';
import { readOutcomes } from '../programmes/gdec-2023/programme.ts';
import { seededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import { Breaches } from './breaches.ts';
import { Client } from './client.ts';
import { type CountsReader, compareCounts, VisibilityProbe, verifyOnHost } from './counts.ts';
import { type Crowd, chooseRevoked, generateCrowd } from './crowd.ts';
import { checkFindable } from './findable.ts';
import { Ledger } from './ledger.ts';
import { LiveScreen } from './live.ts';
import { type Audience, announceOutcomes, subscribeAll } from './outcomes.ts';
import { IN_FLIGHT, play } from './play.ts';
import { type Report, reportOf } from './report.ts';
import { sweepOf } from './requests.ts';
import {
  forumSlots,
  type Host,
  leaveStage,
  readSessions,
  revokeBadges,
  type SetStage,
  setStage,
} from './stage.ts';

export interface RehearsalOptions {
  readonly speed: number;
  readonly seed: number;
  readonly scans: number | undefined;
}

const PROGRESS_EVERY_MS = 1_000;

/** All that watches while the crowd comes. */
interface Watchers {
  /** A connection of its own: the organizer's screen does not wait behind the doors. */
  readonly screen: Client;
  readonly reader: CountsReader;
  readonly audience: Audience;
  readonly probe: VisibilityProbe;
  readonly live: LiveScreen;
}

const gatherCrowd = async (host: Host, { seed, scans }: RehearsalOptions) => {
  const badges = readBadges(host.credentials.badges);
  const sessions = await readSessions(host);
  const run = host.own ? 'own' : new Date().toISOString();
  const crowd = generateCrowd({ seed, run, badges, slots: forumSlots(sessions), scans });
  if (scans !== undefined && crowd.scans < scans)
    host.say(`the programme has no more than ${crowd.scans} scans`);
  host.say(`revoking ${chooseRevoked(badges).length} badges`);
  await revokeBadges(host, chooseRevoked(badges));
  return { crowd, stage: await setStage(host, sessions, crowd) };
};

const beginWatching = async ({ credentials }: Host, { sessionIds }: SetStage): Promise<Watchers> => {
  const { baseUrl, event, viewerToken } = credentials;
  const screen = new Client(baseUrl, 4);
  const reader = { client: screen, event, viewerToken };
  const audience = await subscribeAll(
    { client: screen, credentials },
    join(dirname(credentials.badges), 'outbox'),
  );
  const live = new LiveScreen(reader, sessionIds.values());
  await live.connected();
  const probe = new VisibilityProbe(reader, sessionIds.values());
  probe.start();
  return { screen, reader, audience, probe, live };
};

const stopWatching = async ({ screen, audience, probe, live }: Watchers): Promise<void> => {
  live.stop();
  await probe.stop().catch(() => undefined);
  await audience.close();
  await screen.close();
};

interface Evening extends Watchers {
  readonly host: Host;
  readonly crowd: Crowd;
  readonly stage: SetStage;
  readonly ledger: Ledger;
  readonly breaches: Breaches;
}

/** The crowd comes, outcomes are announced meanwhile, and everything that was sent is sent once more. */
const playEvening = async (evening: Evening, { speed, seed }: RehearsalOptions) => {
  const { host, crowd, stage, ledger, breaches, screen, audience, probe, live } = evening;
  const { client, credentials, say } = host;
  let answered = 0;
  const progress = setInterval(() => say(`${answered} of ${crowd.scans} scans answered`), PROGRESS_EVERY_MS);
  const onAnswered = (count: number) => {
    answered += count;
    probe.meter.answered(count);
    live.meter.answered(count);
  };
  const disconnects = () => [...client.disconnects, ...screen.disconnects];
  const judging = { breaches, kills: disconnects };
  const [deliveries, played] = await Promise.all([
    announceOutcomes({ client: screen, credentials }, readOutcomes(), audience, judging),
    play({ stage, requests: crowd.requests, ledger, breaches, speed, onAnswered }),
  ]).finally(() => clearInterval(progress));
  say('sending every scan once more');
  const again = { requests: sweepOf(crowd.requests, seededRandom(seed)), speed: Number.POSITIVE_INFINITY };
  const swept = await play({ stage, ledger, breaches, ...again, onAnswered: () => undefined });
  return { deliveries, played, swept, disconnects: disconnects().length };
};

/** What the host shows and has kept, against the ledger. */
const judge = async ({ host, crowd, stage, ledger, breaches, reader, probe, live }: Evening) => {
  host.say('comparing counts');
  const expected = ledger.counts();
  const sessions = await compareCounts(reader, expected, stage.sessionIds);
  for (const { sessionId, drift } of sessions) {
    if (drift.length > 0) breaches.add('I4', `${sessionId}: ${drift.slice(0, 5).join('; ')}`);
  }
  for (const found of await live.differences(expected, stage.sessionIds))
    breaches.add('I4', `the live channel shows ${found}`);
  await probe.stop();
  const verified = await verifyOnHost(reader, breaches);
  const { event, organizerToken } = host.credentials;
  const findable = await checkFindable(
    { client: host.client, event, organizerToken },
    crowd.requests,
    breaches,
  );
  return { sessions, verified, findable };
};

/** Plays the conference on a host and compares what it did with what it promises. */
export const rehearse = async (host: Host, options: RehearsalOptions): Promise<Report> => {
  const { crowd, stage } = await gatherCrowd(host, options);
  const watchers = await beginWatching(host, stage);
  try {
    const evening = { host, crowd, stage, ledger: new Ledger(), breaches: new Breaches(), ...watchers };
    const course = await playEvening(evening, options);
    const found = await judge(evening);
    if (!host.own) await leaveStage(host, stage);
    return reportOf({
      ...options,
      scans: crowd.scans,
      ...course,
      ...found,
      visibleMicros: watchers.probe.meter.micros,
      liveMicros: watchers.live.meter.micros,
      liveMessages: watchers.live.messages,
      breaches: evening.breaches.list(),
    });
  } finally {
    await stopWatching(watchers);
  }
};

/** Connections of the doors: as many as requests may be under way, and one for the organizer. */
export const connectDoors = (baseUrl: string): Client => new Client(baseUrl, IN_FLIGHT + 1);
