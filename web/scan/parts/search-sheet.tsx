import { useState } from 'preact/hooks';
import { categoryText } from '../../common/category.ts';
import type { Scanner } from '../app/scanner.ts';
import { CodeForm } from './code-form.tsx';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';

type Found = Awaited<ReturnType<Scanner['search']>>;
const LEAST_LETTERS = 3;

/** A supervisor finds the badge of someone who has lost it. What is found is gone when the sheet closes. */
export const SearchSheet = () => {
  const { words, scanner, state } = usePage();
  const [found, setFound] = useState<Found | 'failed' | null>(null);
  const search = async (text: string) => {
    if (text.length < LEAST_LETTERS) return setFound([]);
    setFound(await scanner.search(text).catch(() => 'failed' as const));
  };
  const direction = words[state.settings.direction];
  return (
    <SheetFrame title={words.search}>
      <CodeForm label={`${words.searchLabel} (${words.searchHelp})`} button={words.search} onCode={search} />
      <div aria-live="polite">
        {found === 'failed' && <p>{words.searchOffline}</p>}
        {Array.isArray(found) && found.length === 0 && <p>{words.searchNone}</p>}
        {Array.isArray(found) && (
          <ul class="rows">
            {found.map(({ badgeId, name, category, code, revokedAt }) => (
              <li key={badgeId}>
                <button type="button" class="row" onClick={() => scanner.typed(code)}>
                  <strong>{name ?? badgeId}</strong>
                  <span>
                    {categoryText(words, category)} · {badgeId}
                    {revokedAt !== null && ` · ${words.revoked}`}
                  </span>
                  <span>{words.scanThis(direction)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </SheetFrame>
  );
};
