import type { ConflictReason } from '../../../shared/domain/scan.ts';

/** What the person at the door is told about one scan. */
export interface Verdict {
  readonly scanId: string;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  /** `failed`: nothing was decided, and nothing is recorded. */
  readonly outcome: 'admitted' | 'left' | 'refused' | 'failed';
  readonly reason: ConflictReason | null;
  readonly conflict: ConflictReason | null;
  /** A sentence that can be read aloud, in the page's language. */
  readonly detail: string;
  readonly badge: {
    readonly badgeId: string;
    readonly category: string;
    readonly country: string | null;
    readonly name: string | null;
  } | null;
  /** The code as it was read, so that a supervisor can send it again with a reason. Kept in memory alone. */
  readonly code: string;
  /** Decided by this phone alone. */
  readonly alone: boolean;
  readonly practice: boolean;
  /** Ms since 1970. */
  readonly at: number;
}

/** How a verdict looks, sounds and feels: a colour is only one of its signs. */
export type Tone = 'welcome' | 'goodbye' | 'attention' | 'stop' | 'broken';

export const toneOf = ({ outcome, conflict }: Pick<Verdict, 'outcome' | 'conflict'>): Tone => {
  switch (outcome) {
    case 'admitted':
      return conflict === null ? 'welcome' : 'attention';
    case 'left':
      return conflict === null ? 'goodbye' : 'attention';
    case 'refused':
      return 'stop';
    case 'failed':
      return 'broken';
  }
};

/** How long it fills the screen, in ms, when no other scan comes: good news is brief, the rest has to be read. */
export const shownForMs: Readonly<Record<Tone, number>> = {
  welcome: 1_800,
  goodbye: 1_800,
  attention: 5_000,
  stop: 6_000,
  broken: 15_000,
};

/** There is nothing to record such a scan on, whatever a supervisor says. */
const BEYOND_OVERRIDE: ReadonlySet<string> = new Set([
  'unknown_session',
  'unknown_badge',
  'forged_badge',
  'wrong_event',
]);

export const mayOverride = ({ outcome, reason }: Pick<Verdict, 'outcome' | 'reason'>): boolean =>
  outcome === 'refused' && reason !== null && !BEYOND_OVERRIDE.has(reason);
