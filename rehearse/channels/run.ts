import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCredentials } from '../../local/credentials.ts';
import { Breaches } from '../breaches.ts';
import { Client } from '../client.ts';
import { cpuMs } from '../processes.ts';
import { audienceOf, type Member, wantsStory } from './audience.ts';
import { type DoorsFindings, type MeasuredDoors, measureDoors } from './doors.ts';
import { type KilledHost, killedHost } from './host.ts';
import { Inboxes } from './inboxes.ts';
import { judgeInboxes, missingNewest } from './judge.ts';
import { type Newsroom, newsroom } from './newsroom.ts';
import { type ChannelsReport, type Course, reportOf } from './report.ts';
import { type Step, stepsOf } from './story.ts';
import { gatherAudience, type Press } from './subscribe.ts';
import { judgeReports } from './told.ts';

export interface ChannelsOptions {
  /** 1: 120 announcements to 2,505 subscribers. */
  readonly scale: number;
  readonly seed: number;
  /** How often the host is killed, evenly spread over all that is to arrive. */
  readonly kills: number;
  /** Also measures check-ins with and without all this beside them. */
  readonly doors: boolean;
}

/** Press waits while more than so many editions for everybody are under way. */
const UNDER_WAY = 2;
const LOOK_EVERY_MS = 100;
/** Longer than a claim of a sender that died, and a webhook's second try. */
const SILENCE_MS = 90_000;
/** How long repeats are waited for after everything has arrived: longer than a claim. */
const REPEATS_MS = 35_000;
const SAID_EVERY_MS = 5_000;

const expectedOf = (members: readonly Member[], { story }: Pick<Step, 'story'>): number =>
  members.filter((member) => wantsStory(member, story)).length;

const folderMb = async (folder: string): Promise<number> => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const sizes = files.map(({ parentPath, name }) => stat(join(parentPath, name)).then(({ size }) => size));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 2 ** 20;
};

interface Run {
  readonly members: readonly Member[];
  readonly steps: readonly Step[];
  readonly inboxes: Inboxes;
  readonly host: KilledHost;
  readonly news: Newsroom;
  readonly kills: number;
  readonly doors: MeasuredDoors | undefined;
  readonly say: (line: string) => void;
}

/** Publishes everything, no faster than it is received. */
const publishAll = async ({ members, steps, inboxes, news }: Run): Promise<void> => {
  let expected = 0;
  for (const step of steps) {
    while (expected - inboxes.received > UNDER_WAY * members.length) await sleep(LOOK_EVERY_MS);
    await news.perform(step);
    expected += expectedOf(members, step);
  }
};

/** Kills the host each time when a further part of everything has arrived, and starts it again. */
const killMeanwhile = async (
  { members, steps, inboxes, host, kills, say }: Run,
  over: () => boolean,
): Promise<void> => {
  const planned = steps.reduce((sum, step) => sum + expectedOf(members, step), 0);
  for (let kill = 1; kill <= kills; kill += 1) {
    while (inboxes.received < (kill / (kills + 1)) * planned) {
      if (over()) return;
      await sleep(LOOK_EVERY_MS / 5);
    }
    await host.killAndStart();
    say(`killed the host after ${inboxes.received} of ${planned} arrivals, and started it again`);
  }
};

/** Measures the doors once when the first editions are under way. */
const doorsMeanwhile = async (
  { members, inboxes, doors, say }: Run,
  over: () => boolean,
): Promise<DoorsFindings | undefined> => {
  if (!doors) return undefined;
  while (inboxes.received < members.length / 2 && !over()) await sleep(LOOK_EVERY_MS);
  say('measuring the doors beside it');
  const found = await doors.beside();
  if (over()) throw new Error('everything had arrived before the doors were measured: take a larger scale');
  return found;
};

/** Resolves when all has arrived, or nothing has for long. */
const untilArrived = async ({ members, inboxes, news }: Run): Promise<void> => {
  let received = -1;
  let changedAt = Date.now();
  while (Date.now() - changedAt < SILENCE_MS) {
    if (missingNewest(members, news.editions, inboxes) === 0) return;
    if (inboxes.received !== received) changedAt = Date.now();
    received = inboxes.received;
    await sleep(1_000);
  }
};

const play = async (run: Run): Promise<Course> => {
  const startedAt = performance.now();
  const cpuBefore = run.host.cpu();
  const ownBefore = cpuMs(process.pid);
  let over = false;
  let doors: DoorsFindings | undefined;
  const progress = setInterval(
    () =>
      run.say(
        `${run.news.editions.length} of ${run.steps.length} editions out, ${run.inboxes.received} arrivals, host ${run.host.rssMb()} MB`,
      ),
    SAID_EVERY_MS,
  );
  try {
    const meanwhile = Promise.all([killMeanwhile(run, () => over), doorsMeanwhile(run, () => over)]);
    // What breaks it is told where it is awaited.
    meanwhile.catch(() => undefined);
    await publishAll(run);
    await untilArrived(run);
    over = true;
    [, doors] = await meanwhile;
  } finally {
    over = true;
    clearInterval(progress);
  }
  const cpu = run.host.cpu();
  const course = {
    doors,
    seconds: (performance.now() - startedAt) / 1000,
    cpuMs: {
      host: cpu.host - cpuBefore.host,
      engine: cpu.engine - cpuBefore.engine,
      receivers: cpuMs(process.pid) - ownBefore,
    },
  };
  await sleep(REPEATS_MS);
  return course;
};

/** Announces to every channel while the host is killed three times, and compares what came with what was published. */
export const rehearseChannels = async (
  wanted: ChannelsOptions,
  say: (line: string) => void,
): Promise<ChannelsReport> => {
  const { scale, seed, kills } = wanted;
  const data = await mkdtemp(join(tmpdir(), 'turnout-channels-'));
  const members = audienceOf(scale, seed);
  const steps = stepsOf(scale, seed);
  const inboxes = new Inboxes(members);
  say('starting a host');
  const host = await killedHost(data);
  const credentials = readCredentials(join(data, 'credentials.json'));
  const press: Press = { client: new Client(credentials.baseUrl, 16), credentials };
  try {
    say(`subscribing ${members.length} receivers`);
    const gathered = await gatherAudience(press, members, inboxes, join(data, 'outbox'));
    try {
      if (wanted.doors) say('measuring the doors alone');
      const doors = wanted.doors ? await measureDoors({ ...credentials, data }) : undefined;
      // The receivers stand for other machines. On Linux this is of this thread alone, not of the doors' one.
      if (doors && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
      const breaches = new Breaches();
      const run = { members, steps, inboxes, host, kills, doors, say, news: newsroom(press) };
      const course = await play(run).finally(() => doors?.stop());
      await judgeReports(press, members, run.news.editions, breaches);
      const channels = judgeInboxes(members, run.news.editions, inboxes, { kills: host.kills, breaches });
      return reportOf({
        scale,
        seed,
        members,
        steps,
        ...course,
        host,
        diskMb: await folderMb(data),
        channels,
        breaches: breaches.list(),
      });
    } finally {
      await gathered.close();
    }
  } finally {
    await press.client.close();
    await host.stop();
    await rm(data, { recursive: true, force: true });
  }
};
