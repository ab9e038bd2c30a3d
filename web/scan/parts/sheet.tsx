import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Glyph } from './icons.tsx';
import { usePage } from './page.ts';

/** Lies over the page, holds the focus, closes by Escape. */
export const SheetFrame = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => {
  const { words, scanner } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before anything is painted: a key pressed meanwhile would go to the page beneath.
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby={titleId} onClose={() => scanner.openSheet(null)}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="quiet" aria-label={words.close} onClick={() => scanner.openSheet(null)}>
          <Glyph name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
};
