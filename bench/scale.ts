import { latencies, percentilesMs } from '../rehearse/latencies.ts';
import type { BenchHost } from './bench-host.ts';
import { ARENA, type Doors, HALL, organizerApi, params, rooms } from './conference.ts';
import { openConnections } from './connection.ts';
import { counterWrites, untilCounted } from './counting.ts';
import { DIGITS, recordSince, sendAll } from './load.ts';
import { median, rounded, spreadOf } from './statistics.ts';
import { IN_FLIGHT } from './throughput.ts';

const SCANS_PER_REQUEST = 25;
/** Uploads at once: 200 scans under way saturate the host as well as 800 do. */
const UPLOADS_IN_FLIGHT = 8;
const SAMPLE_EVERY_MS = 500;

/** Share of the samples, at the end, that is compared with as many after the first third. */
const TREND_SHARE = 0.2;

const memoryTrend = (samples: readonly number[]) => {
  const size = Math.max(1, Math.floor(samples.length * TREND_SHARE));
  const third = Math.floor(samples.length / 3);
  const earlier = median(samples.slice(third, third + size));
  const later = median(samples.slice(-size));
  return { peakMb: Math.max(...samples), earlierMb: rounded(earlier, 1), laterMb: rounded(later, 1) };
};

/**
 * Fills a host: one session with a fifth of all check-ins, the others over 60 sessions at once, watching its
 * memory all the way.
 */
export const fill = async (host: BenchHost, doors: Doors, total: number) => {
  const arena = Math.round(total / 5 / SCANS_PER_REQUEST) * SCANS_PER_REQUEST;
  const connections = await openConnections(host, UPLOADS_IN_FLIGHT);
  const samples: number[] = [host.rssMb()];
  const sampling = setInterval(() => samples.push(host.rssMb()), SAMPLE_EVERY_MS);
  const latency = { arena: latencies(), rooms: latencies() };
  try {
    const oneSession = doors.requests(arena, SCANS_PER_REQUEST, () => ARENA);
    const arenaBefore = await counterWrites(host);
    const arenaRate = await sendAll(connections, oneSession, latency.arena);
    await untilCounted(host, arena);
    const writesBefore = await counterWrites(host);
    const sixty = doors.requests(
      total - arena,
      SCANS_PER_REQUEST,
      (index) => rooms[index % rooms.length] ?? HALL,
    );
    const roomsRate = await sendAll(connections, sixty, latency.rooms);
    const drainSeconds = await untilCounted(host, total);
    const writes = (await counterWrites(host)) - writesBefore;
    return {
      checkIns: total,
      oneSession: {
        inside: arena,
        perSecond: rounded(arenaRate, 0),
        counterWritesPerCheckIn: rounded((writesBefore - arenaBefore) / arena, 3),
        ...percentilesMs(latency.arena, DIGITS),
      },
      sixtySessions: {
        perSecond: rounded(roomsRate, 0),
        drainSeconds: rounded(drainSeconds, 1),
        counterWritesPerCheckIn: rounded(writes / (total - arena), 3),
        ...percentilesMs(latency.rooms, DIGITS),
      },
      memory: { ...memoryTrend(samples), engineMb: host.engineRssMb() },
    };
  } finally {
    clearInterval(sampling);
    for (const connection of connections) connection.close();
  }
};

export interface Filled {
  readonly host: BenchHost;
  readonly doors: Doors;
}

/** Time a check-in with much stored and with little stored, in turns, so that both see the same machine. */
export const compareStored = async (
  { small, large }: { small: Filled; large: Filled },
  { repetitions, checkIns }: { repetitions: number; checkIns: number },
) => {
  const sides = await Promise.all(
    [small, large].map(async (side) => ({
      ...side,
      connections: await openConnections(side.host, IN_FLIGHT),
    })),
  );
  const [few, many] = sides;
  if (!few || !many) throw new Error('two hosts are compared');
  const secondsEach = async ({ doors, connections }: typeof few) =>
    1 /
    (await sendAll(
      connections,
      doors.requests(checkIns, 1, (index) => rooms[index % rooms.length] ?? HALL),
    ));
  // Both as warm as each other.
  for (const side of sides) await secondsEach(side);
  const ratios: number[] = [];
  for (let run = 0; run < repetitions; run += 1) {
    // Who goes first changes from run to run.
    if (run % 2 === 0) {
      const before = await secondsEach(few);
      ratios.push((await secondsEach(many)) / before);
    } else {
      const before = await secondsEach(many);
      ratios.push(before / (await secondsEach(few)));
    }
  }
  for (const { connections } of sides) for (const connection of connections) connection.close();
  return { ratio: spreadOf(ratios), sentToEach: (repetitions + 1) * checkIns };
};

/** How long an organizer waits for the counts of all 62 sessions, and for one in full. */
export const snapshotLatency = async (host: BenchHost, requests: number) => {
  const api = organizerApi(host);
  const timed = async (ask: () => Promise<unknown>) => {
    const micros = latencies();
    for (let request = 0; request < requests; request += 1) {
      const startedAt = performance.now();
      await ask();
      recordSince(micros, startedAt);
    }
    return percentilesMs(micros, DIGITS);
  };
  return {
    allSessionsMs: await timed(() => api.call('GET /v1/events/{event}/attendance', { params })),
    oneSessionMs: await timed(() =>
      api.call('GET /v1/events/{event}/sessions/{session}/attendance', {
        params: { ...params, session: ARENA },
      }),
    ),
  };
};
