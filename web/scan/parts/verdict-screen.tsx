import { useLayoutEffect, useState } from 'preact/hooks';
import { categoryText } from '../../common/category.ts';
import type { Words } from '../../words/en/scan.ts';
import { mayOverride, shownForMs, toneOf, type Verdict } from '../door/verdict.ts';
import { ToneIcon } from './icons.tsx';
import { usePage } from './page.ts';

const headline = ({ outcome, conflict }: Verdict, words: Words): string => {
  switch (outcome) {
    case 'admitted':
      return conflict === null ? words.welcome : words.admittedConflict;
    case 'left':
      return conflict === null ? words.goodbye : words.leftConflict;
    case 'refused':
      return words.stop;
    case 'failed':
      return words.notDecided;
  }
};

/** Good news says all in its headline; the other kinds need their sentence. */
const sentence = (verdict: Verdict): string | null => {
  const tone = toneOf(verdict);
  return tone === 'welcome' || tone === 'goodbye' ? null : verdict.detail;
};

const Who = ({ badge }: { readonly badge: NonNullable<Verdict['badge']> }) => {
  const { words } = usePage();
  return (
    <p class="verdict-who">
      <strong>{badge.name ?? badge.badgeId}</strong>
      <span>
        {categoryText(words, badge.category)}
        {badge.country && ` · ${badge.country}`}
      </span>
    </p>
  );
};

/**
 * Fills the screen and goes by itself, unless somebody is at its buttons by keyboard (WCAG 2.2.1); a scan that comes
 * meanwhile takes its place.
 */
export const VerdictScreen = ({ verdict }: { readonly verdict: Verdict }) => {
  const { words, state, scanner } = usePage();
  const tone = toneOf(verdict);
  const text = sentence(verdict);
  const isSupervisor = state.device?.role === 'supervisor';
  const [isFocused, setFocused] = useState(false);
  useLayoutEffect(() => {
    if (isFocused) return;
    const timer = setTimeout(() => scanner.dismiss(verdict), shownForMs[tone]);
    return () => clearTimeout(timer);
  }, [scanner, verdict, tone, isFocused]);
  return (
    <section
      class={`verdict verdict-${tone}`}
      data-outcome={verdict.outcome}
      data-scan={verdict.scanId}
      onFocusIn={() => setFocused(true)}
      onFocusOut={() => setFocused(false)}
    >
      <div class="verdict-said" role="alert" key={verdict.scanId}>
        <ToneIcon tone={tone} />
        <h2>{headline(verdict, words)}</h2>
        {text !== null && <p class="verdict-detail">{text}</p>}
        {verdict.badge && <Who badge={verdict.badge} />}
        {verdict.outcome === 'failed' && <p>{words.notRecorded}</p>}
      </div>
      <p class="verdict-notes">
        {verdict.practice ? words.practiceNote : verdict.alone && words.decidedAlone}
      </p>
      <div class="verdict-actions">
        {isSupervisor && mayOverride(verdict) && (
          <button type="button" onClick={() => scanner.openSheet({ kind: 'override', verdict })}>
            {words.overrideButton}
          </button>
        )}
        <button type="button" onClick={() => scanner.dismiss(verdict)}>
          {words.next}
        </button>
      </div>
    </section>
  );
};
