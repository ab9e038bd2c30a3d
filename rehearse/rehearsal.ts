import { readBadges } from '../local/credentials.ts';
import { readEvent, readOutcomes } from '../programmes/gdec-2023/programme.ts';
import { seededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import { Breaches } from './breaches.ts';
import { Client } from './client.ts';
import { compareCounts, VisibilityProbe, verifyOnHost } from './counts.ts';
import { chooseRevoked, generateCrowd } from './crowd.ts';
import { checkFindable } from './findable.ts';
import { Ledger } from './ledger.ts';
import { announceOutcomes, subscribeAll } from './outcomes.ts';
import { IN_FLIGHT, play } from './play.ts';
import { type Report, reportOf } from './report.ts';
import { sweepOf } from './requests.ts';
import { forumSlots, type Host, leaveStage, readSessions, revokeBadges, setStage } from './stage.ts';

export interface RehearsalOptions {
  readonly speed: number;
  readonly seed: number;
  readonly scans: number | undefined;
}

const PROGRESS_EVERY_MS = 1_000;

/** Plays the conference on a host and compares what it did with what it promises. */
export const rehearse = async (host: Host, { speed, seed, scans }: RehearsalOptions): Promise<Report> => {
  const { client, credentials, say } = host;
  const { event, viewerToken } = credentials;
  const breaches = new Breaches();
  const ledger = new Ledger();
  const badges = readBadges(credentials.badges);
  const sessions = await readSessions(host);
  const run = host.own ? 'own' : new Date().toISOString();
  const crowd = generateCrowd({ seed, run, badges, slots: forumSlots(sessions), scans });
  if (scans !== undefined && crowd.scans < scans) say(`the programme has no more than ${crowd.scans} scans`);
  say(`revoking ${chooseRevoked(badges).length} badges`);
  await revokeBadges(host, chooseRevoked(badges));
  const stage = await setStage(host, sessions, crowd);

  // A connection of its own: the organizer's screen does not wait behind the doors.
  const screen = new Client(credentials.baseUrl, 4);
  const subscribers = await subscribeAll({ client: screen, credentials }, readEvent().languages);
  const reader = { client: screen, event, viewerToken };
  const probe = new VisibilityProbe(reader, stage.sessionIds.values());
  await probe.start();

  let answered = 0;
  const progress = setInterval(() => say(`${answered} of ${crowd.scans} scans answered`), PROGRESS_EVERY_MS);
  const onAnswered = (count: number) => {
    answered += count;
    probe.answered(count);
  };
  try {
    const mayRepeat = () => client.disconnects + screen.disconnects > 0;
    const [deliveries, played] = await Promise.all([
      announceOutcomes({ client: screen, credentials }, readOutcomes(), subscribers, { breaches, mayRepeat }),
      play({ stage, requests: crowd.requests, ledger, breaches, speed, onAnswered }).finally(() =>
        clearInterval(progress),
      ),
    ]);
    say('sending every scan once more');
    const requests = sweepOf(crowd.requests, seededRandom(seed));
    const swept = await play({
      stage,
      requests,
      ledger,
      breaches,
      speed: Infinity,
      onAnswered: () => undefined,
    });
    say('comparing counts');
    const drift = await compareCounts(reader, ledger.counts(), stage.sessionIds);
    for (const { sessionId, drift: found } of drift) {
      if (found.length > 0) breaches.add('I4', `${sessionId}: ${found.slice(0, 5).join('; ')}`);
    }
    await probe.stop();
    const verified = await verifyOnHost(reader, breaches);
    const findable = await checkFindable(
      { client, event, organizerToken: credentials.organizerToken },
      crowd.requests,
      breaches,
    );
    if (!host.own) await leaveStage(host, stage);
    return reportOf({
      seed,
      speed,
      scans: crowd.scans,
      played,
      swept,
      disconnects: client.disconnects + screen.disconnects,
      sessions: drift,
      verified,
      findable,
      visibleMicros: probe.micros,
      deliveries,
      breaches: breaches.list(),
    });
  } finally {
    clearInterval(progress);
    await probe.stop().catch(() => undefined);
    await Promise.all(subscribers.map((subscriber) => subscriber.close()));
    await screen.close();
  }
};

/** Connections of the doors: as many as requests may be under way, and one for the organizer. */
export const connectDoors = (baseUrl: string): Client => new Client(baseUrl, IN_FLIGHT + 1);
