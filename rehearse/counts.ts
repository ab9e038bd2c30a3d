import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiBody } from '../shared/client/api.ts';
import type { Breaches } from './breaches.ts';
import type { Client } from './client.ts';
import { DelayMeter } from './delays.ts';
import type { InsideAndAttended, LedgerCounts } from './ledger.ts';
import type { Stage } from './play.ts';

const PROBE_EVERY_MS = 50;
/** How long the streams may take to drain. */
const DRAIN_MS = 30_000;

type SessionCounts = ApiBody<'GET /v1/events/{event}/attendance'>['sessions'][number];

export interface CountsReader {
  readonly client: Client;
  readonly event: string;
  readonly viewerToken: string;
}

export const readCounts = async ({ client, event, viewerToken }: CountsReader): Promise<SessionCounts[]> => {
  const call = { params: { event } };
  return (await client.as(viewerToken).call('GET /v1/events/{event}/attendance', call)).body.sessions;
};

const scansIn = (counts: readonly SessionCounts[]): number =>
  counts.reduce((sum, { entries, exits, refused }) => sum + entries + exits + refused, 0);

/** Asks for the counts again and again, and measures how long an answered scan takes to show in them. */
export class VisibilityProbe {
  readonly meter = new DelayMeter();
  readonly #reader: CountsReader;
  readonly #sessionIds: ReadonlySet<string>;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(reader: CountsReader, sessionIds: Iterable<string>) {
    this.#reader = reader;
    this.#sessionIds = new Set(sessionIds);
  }

  start(): void {
    this.#running = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      const sessions = await readCounts(this.#reader);
      this.meter.shows(scansIn(sessions.filter(({ sessionId }) => this.#sessionIds.has(sessionId))));
      await sleep(PROBE_EVERY_MS);
    }
  }
}

export interface SessionDrift {
  readonly sessionId: string;
  readonly title: string;
  readonly expected: Pick<LedgerCounts, 'inside' | 'attended' | 'entries' | 'exits' | 'refused'>;
  /** Each number that differs, e.g. "inside 412 (ledger 411)". */
  readonly drift: readonly string[];
}

const differences = (expected: LedgerCounts, counted: SessionCounts | undefined): string[] => {
  if (!counted) return ['not in the answer'];
  const numbers = (['inside', 'attended', 'entries', 'exits', 'refused'] as const)
    .filter((name) => counted[name] !== expected[name])
    .map((name) => `${name} ${counted[name]} (ledger ${expected[name]})`);
  return [
    ...numbers,
    ...groupDifferences(expected.byCategory, counted.byCategory),
    ...groupDifferences(expected.byCountry, counted.byCountry),
  ];
};

const groupDifferences = (
  expected: ReadonlyMap<string, InsideAndAttended>,
  counted: Readonly<Partial<Record<string, InsideAndAttended>>>,
): string[] =>
  [...new Set([...expected.keys(), ...Object.keys(counted)])].flatMap((key) => {
    const ours = expected.get(key) ?? { inside: 0, attended: 0 };
    const theirs = counted[key] ?? { inside: 0, attended: 0 };
    if (ours.inside === theirs.inside && ours.attended === theirs.attended) return [];
    return [`${key} ${theirs.inside}/${theirs.attended} (ledger ${ours.inside}/${ours.attended})`];
  });

/** Waits until every count equals the ledger, at most 30 s, and says which do not. */
export const compareCounts = async (
  reader: CountsReader,
  ledger: ReadonlyMap<string, LedgerCounts>,
  sessionIds: Stage['sessionIds'],
): Promise<SessionDrift[]> => {
  const giveUpAt = performance.now() + DRAIN_MS;
  for (;;) {
    const counted = new Map((await readCounts(reader)).map((session) => [session.sessionId, session]));
    const sessions = [...ledger].map(([title, expected]) => {
      const sessionId = sessionIds.get(title) ?? title;
      return { sessionId, title, expected, drift: differences(expected, counted.get(sessionId)) };
    });
    if (sessions.every(({ drift }) => drift.length === 0) || performance.now() > giveUpAt) return sessions;
    await sleep(4 * PROBE_EVERY_MS);
  }
};

/** The host's own comparison of counts with records. */
export const verifyOnHost = async ({ client, event, viewerToken }: CountsReader, breaches: Breaches) => {
  const call = { params: { event } };
  const { body } = await client.as(viewerToken).call('POST /v1/events/{event}/attendance/verify', call);
  const { checked, drift, pending } = body;
  if (drift.length > 0) {
    breaches.add(
      'I4',
      `the host's own check found drift in ${drift.map(({ sessionId }) => sessionId).join(', ')}`,
    );
  }
  return { checked, drift: drift.length, pending };
};
