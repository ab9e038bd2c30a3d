import { categoryText } from '../../common/category.ts';
import type { Verdict } from '../door/verdict.ts';
import { CodeForm } from './code-form.tsx';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';

const REASON_LENGTH = 200;

export const BadgeLine = ({ badge }: { readonly badge: Verdict['badge'] }) => {
  const { words } = usePage();
  if (!badge) return null;
  return (
    <p class="badge-line">
      <strong>{badge.name ?? badge.badgeId}</strong> {categoryText(words, badge.category)}
    </p>
  );
};

/** A supervisor lets someone in all the same, and says why. */
export const OverrideSheet = ({ verdict }: { readonly verdict: Verdict }) => {
  const { words, scanner } = usePage();
  return (
    <SheetFrame title={words.overrideTitle}>
      <BadgeLine badge={verdict.badge} />
      <p>{verdict.detail}</p>
      <ul class="rows">
        {words.overrideReasons.map((reason) => (
          <li key={reason}>
            <button type="button" class="row" onClick={() => scanner.override(verdict, reason)}>
              <strong>{reason}</strong>
            </button>
          </li>
        ))}
      </ul>
      <CodeForm
        label={words.overrideOther}
        button={words.overrideSend}
        maxLength={REASON_LENGTH}
        onCode={(reason) => scanner.override(verdict, reason)}
      />
    </SheetFrame>
  );
};

export const TakeBackSheet = ({ verdict }: { readonly verdict: Verdict }) => {
  const { words, scanner } = usePage();
  return (
    <SheetFrame title={words.takeBackTitle}>
      <BadgeLine badge={verdict.badge} />
      <p>{words.takeBackHelp}</p>
      <button type="button" class="main" onClick={() => scanner.takeBack(verdict)}>
        {words.takeBack}
      </button>
    </SheetFrame>
  );
};
