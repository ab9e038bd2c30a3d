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

/** Most urgent first: by level, then by how full, then by who begins first (of what is over, the last). */
export const byUrgency = <S extends Urgent>(sessions: readonly S[], at: number): S[] => {
  const ranked = sessions.map((session) => ({ session, level: levelOf(session, at) }));
  return ranked
    .toSorted(
      (a, b) =>
        levels.indexOf(a.level) - levels.indexOf(b.level) ||
        (a.level === 'next' || a.level === 'over' ? 0 : fillOf(b.session) - fillOf(a.session)) ||
        (a.level === 'over' ? -1 : 1) * (Date.parse(a.session.startsAt) - Date.parse(b.session.startsAt)),
    )
    .map(({ session }) => session);
};

export type Age = 'fresh' | 'ageing' | 'stale';
const AGEING_MS = 20_000;
const STALE_MS = 60_000;

/** How much a number may still be believed. @param heardAt when the server was last heard of, ms */
export const ageOf = (heardAt: number | null, at: number): Age => {
  if (heardAt === null || at - heardAt >= STALE_MS) return 'stale';
  return at - heardAt >= AGEING_MS ? 'ageing' : 'fresh';
};
