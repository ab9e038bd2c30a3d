import type { CrowdScan } from './requests.ts';

// The rehearsal's own book-keeping. It knows the rules by the contract alone and shares no code with the
// functions, so that both would have to be wrong in the same way for an error to pass.

export interface Expected {
  readonly outcome: 'admitted' | 'left' | 'refused';
  readonly reason: string | null;
  /**
   * Conflicts that would be right. There can be two for a late upload: by what was known when it arrived, and by
   * the scans next to it in time.
   */
  readonly conflicts: readonly (string | null)[];
}

export interface InsideAndAttended {
  inside: number;
  attended: number;
}

/** Counts of one session as `GET …/attendance` gives them. */
export interface LedgerCounts extends InsideAndAttended {
  entries: number;
  exits: number;
  refused: number;
  byCategory: Map<string, InsideAndAttended>;
  byCountry: Map<string, InsideAndAttended>;
}

/** Every scan of one badge (or of one unknown code) in one session. */
interface Page {
  readonly accepted: CrowdScan[];
  readonly decided: Map<string, Expected>;
}

const before = (a: CrowdScan, b: CrowdScan): number =>
  a.scannedMs - b.scannedMs || (a.scanId < b.scanId ? -1 : Number(a.scanId > b.scanId));

const insideAfter = (scans: readonly CrowdScan[]): boolean =>
  [...scans].sort(before).at(-1)?.direction === 'entry';

const refusal = (reason: string): Expected => ({ outcome: 'refused', reason, conflicts: [null] });

const decideNew = (scan: CrowdScan, accepted: readonly CrowdScan[]): Expected => {
  if (scan.standing === 'unknown') return refusal('unknown_badge');
  if (scan.standing === 'forged') return refusal('forged_badge');
  const objection = (inside: boolean): string | null => {
    if (scan.standing === 'revoked') return 'revoked_badge';
    if (scan.direction === 'exit') return inside ? null : 'not_inside';
    return inside ? 'already_inside' : null;
  };
  const outcome = scan.direction === 'entry' ? 'admitted' : 'left';
  const now = objection(insideAfter(accepted));
  if (scan.admittedOffline) {
    const then = objection(insideAfter(accepted.filter((earlier) => before(earlier, scan) < 0)));
    const [next] = accepted.filter((later) => before(scan, later) < 0).sort(before);
    const entersTwice = scan.direction === 'entry' && next?.direction === 'entry';
    const conflicts = new Set([now, then, ...(entersTwice && then === null ? ['already_inside'] : [])]);
    return { outcome, reason: null, conflicts: [...conflicts] };
  }
  if (now === null || now === 'not_inside') return { outcome, reason: null, conflicts: [now] };
  return refusal(now);
};

export class Ledger {
  readonly #sessions = new Map<string, Map<string, Page>>();

  /** What the door should answer to a scan that arrives now; the same again for a scan that came before. */
  decide(scan: CrowdScan): Expected {
    const page = this.#page(scan.sessionId, scan.badge?.badgeId ?? scan.code);
    const known = page.decided.get(scan.scanId);
    if (known) return known;
    const expected = decideNew(scan, page.accepted);
    page.decided.set(scan.scanId, expected);
    if (expected.outcome !== 'refused') page.accepted.push(scan);
    return expected;
  }

  /** Counts by session. */
  counts(): Map<string, LedgerCounts> {
    return new Map([...this.#sessions].map(([sessionId, pages]) => [sessionId, countsOf(pages.values())]));
  }

  #page(sessionId: string, holder: string): Page {
    const pages = this.#sessions.get(sessionId) ?? new Map<string, Page>();
    this.#sessions.set(sessionId, pages);
    const page = pages.get(holder) ?? { accepted: [], decided: new Map() };
    pages.set(holder, page);
    return page;
  }
}

const countsOf = (pages: Iterable<Page>): LedgerCounts => {
  const counts: LedgerCounts = {
    inside: 0,
    attended: 0,
    entries: 0,
    exits: 0,
    refused: 0,
    byCategory: new Map(),
    byCountry: new Map(),
  };
  for (const { accepted, decided } of pages) {
    const entries = accepted.filter(({ direction }) => direction === 'entry').length;
    const inside = Number(insideAfter(accepted));
    const attended = Number(entries > 0);
    counts.entries += entries;
    counts.exits += accepted.length - entries;
    counts.refused += decided.size - accepted.length;
    counts.inside += inside;
    counts.attended += attended;
    const badge = accepted[0]?.badge;
    if (!badge || attended === 0) continue;
    addTo(counts.byCategory, badge.category, inside);
    if (badge.country !== null) addTo(counts.byCountry, badge.country, inside);
  }
  return counts;
};

const addTo = (groups: Map<string, InsideAndAttended>, key: string, inside: number): void => {
  const group = groups.get(key) ?? { inside: 0, attended: 0 };
  groups.set(key, { inside: group.inside + inside, attended: group.attended + 1 });
};
