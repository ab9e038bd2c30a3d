/** What is known of a session on the wall, as far as urgency goes. */
export interface Urgent {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly inside: number;
  readonly capacity: number | null;
  readonly conflicts: number;
  readonly completeness: { readonly devicesSilent: number; readonly scansQueued: number };
}

export const levels = ['full', 'filling', 'incomplete', 'running', 'occupied', 'next', 'over'] as const;
export type Level = (typeof levels)[number];

const FILLING = 0.85;

export const fillOf = ({ inside, capacity }: Pick<Urgent, 'inside' | 'capacity'>): number =>
  capacity ? inside / capacity : 0;

/** A room that still holds people needs somebody, whatever the clock says. */
export const levelOf = (session: Urgent, at: number): Level => {
  const runs = Date.parse(session.startsAt) <= at && at < Date.parse(session.endsAt);
  const fill = fillOf(session);
  if (fill >= 1) return 'full';
  if (fill >= FILLING) return 'filling';
  const { devicesSilent, scansQueued } = session.completeness;
  if (runs && (devicesSilent > 0 || scansQueued > 0)) return 'incomplete';
  if (runs) return 'running';
  if (session.inside > 0) return 'occupied';
  return Date.parse(session.startsAt) > at ? 'next' : 'over';
};

/** How full a room is in steps: rows that changed places at every scan could not be read. */
const STEPS = 20;
const stepOf = (session: Urgent): number => Math.floor(fillOf(session) * STEPS);

export interface Ranked<S> {
  readonly session: S;
  readonly level: Level;
}

/** Most urgent first: by level, then by how full, then by who begins first (of what is over, the last). */
export const byUrgency = <S extends Urgent>(sessions: readonly S[], at: number): Ranked<S>[] =>
  sessions
    .map((session) => {
      const level = levelOf(session, at);
      const isQuiet = level === 'next' || level === 'over';
      const begins = Date.parse(session.startsAt) * (level === 'over' ? -1 : 1);
      return { session, level, rank: levels.indexOf(level), fill: isQuiet ? 0 : stepOf(session), begins };
    })
    .toSorted((a, b) => a.rank - b.rank || b.fill - a.fill || a.begins - b.begins);

export type Age = 'fresh' | 'ageing' | 'stale';
const AGEING_MS = 20_000;
const STALE_MS = 60_000;

/** How much a number may still be believed. @param heardAt when the server was last heard of, ms */
export const ageOf = (heardAt: number | null, at: number): Age => {
  if (heardAt === null || at - heardAt >= STALE_MS) return 'stale';
  return at - heardAt >= AGEING_MS ? 'ageing' : 'fresh';
};
