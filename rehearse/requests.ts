import { createHash } from 'node:crypto';
import type { SeededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import type { OfflineWindow, Reading } from './scene.ts';

/** A reading as its device reports it. */
export interface CrowdScan extends Reading {
  readonly scanId: string;
  /** What the device's clock showed, ms since the rehearsal's beginning. */
  readonly scannedMs: number;
  readonly admittedOffline: boolean;
}

export interface Request {
  readonly sendAtMs: number;
  readonly device: number;
  readonly scans: readonly CrowdScan[];
  /** All of its scans were sent before. */
  readonly resent: boolean;
}

/** Most scans of one request, by the contract. */
const MAX_SCANS = 100;

/** Share of the requests that are sent again as they were, as if the answer had been lost. */
const RESENT = 0.02;
/** One request in this many is followed by a mixed batch of scans that were all sent before. */
const MIXED_EVERY = 300;
const MIXED_SCANS = 20;

const uuid = (seed: number, run: string, number: number): string => {
  const hex = createHash('sha256').update(`${run}/${seed}/${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Parts of at most 100 scans in which no badge comes twice: the order within a request promises nothing. */
const uploads = (queue: readonly CrowdScan[]): CrowdScan[][] => {
  const parts: CrowdScan[][] = [];
  let part: CrowdScan[] = [];
  let badges = new Set<string>();
  for (const scan of queue) {
    if (part.length === MAX_SCANS || badges.has(scan.code)) {
      parts.push(part);
      part = [];
      badges = new Set();
    }
    part.push(scan);
    badges.add(scan.code);
  }
  return part.length === 0 ? parts : [...parts, part];
};

export interface RequestsOptions {
  /** In order of time. */
  readonly readings: readonly Reading[];
  readonly offline: readonly OfflineWindow[];
  readonly random: SeededRandom;
  readonly seed: number;
  readonly run: string;
  /** Scans to make at most. */
  readonly limit?: number | undefined;
}

/**
 * What the devices send: a live scan alone and at once; an offline device's queue when it is back; now and
 * then what was sent already.
 */
export const requestsOf = ({ readings, offline, random, seed, run, limit }: RequestsOptions): Request[] => {
  const requests: Request[] = [];
  const queues = new Map(offline.map((window) => [window, new Map<string, CrowdScan>()]));
  let made = 0;
  for (const reading of readings) {
    if (limit !== undefined && made >= limit) break;
    const { atMs, device, standing } = reading;
    const window = offline.find((each) => each.device === device && atMs >= each.fromMs && atMs < each.toMs);
    const queue = window && queues.get(window);
    const key = `${reading.sessionId}/${reading.code}/${reading.direction}`;
    // What a device can refuse alone (revoked, unsigned, read a moment ago) it never uploads.
    if (queue && (standing !== 'known' || queue.has(key))) continue;
    const scan: CrowdScan = {
      ...reading,
      scanId: uuid(seed, run, made),
      scannedMs: atMs + (window?.clockOffsetMs ?? 0),
      admittedOffline: window !== undefined,
    };
    made += 1;
    if (queue) queue.set(key, scan);
    else requests.push({ sendAtMs: atMs, device, scans: [scan], resent: false });
  }
  for (const [{ device, toMs }, queue] of queues) {
    for (const [part, scans] of uploads([...queue.values()]).entries()) {
      requests.push({ sendAtMs: toMs + part * 1_000, device, scans, resent: false });
    }
  }
  return withResent(
    requests.sort((a, b) => a.sendAtMs - b.sendAtMs),
    random,
  );
};

const withResent = (requests: readonly Request[], random: SeededRandom): Request[] => {
  const again: Request[] = [];
  for (const [index, request] of requests.entries()) {
    if (random.chance(RESENT)) {
      again.push({ ...request, sendAtMs: request.sendAtMs + random.whole(500, 120_000), resent: true });
    }
    if (index > 0 && index % MIXED_EVERY === 0) {
      const earlier = requests.slice(0, index).flatMap(({ scans }) => scans);
      const mixed = new Map(
        Array.from({ length: MIXED_SCANS }, () => random.pick(earlier)).map((scan) => [scan.code, scan]),
      );
      again.push({
        sendAtMs: request.sendAtMs,
        device: random.pick(requests).device,
        scans: [...mixed.values()],
        resent: true,
      });
    }
  }
  // A stable sort: a mixed batch comes after what it repeats.
  return [...requests, ...again].sort((a, b) => a.sendAtMs - b.sendAtMs);
};

/** Every scan once more, in another order, in batches of whatever devices. */
export const sweepOf = (requests: readonly Request[], random: SeededRandom): Request[] => {
  const scans = requests.filter(({ resent }) => !resent).flatMap((request) => request.scans);
  const devices = requests.map(({ device }) => device);
  return uploads(random.shuffle(scans)).map((part) => ({
    sendAtMs: 0,
    device: random.pick(devices),
    scans: part,
    resent: true,
  }));
};
