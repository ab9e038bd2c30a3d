import type { ComponentChildren } from 'preact';
import { useOrganizer } from '../context.ts';
import type { Said } from '../session-edit.ts';
import { Trouble } from './trouble.tsx';

/** The button that stores a form, among its fields. */
export const SaveField = () => {
  const { words } = useOrganizer();
  return (
    <div class="field">
      <button type="submit" class="main">
        {words.save}
      </button>
    </div>
  );
};

/** What came of storing a form; before that, what it is about. */
export const Outcome = ({
  said,
  help,
  children,
}: {
  said: Said | undefined;
  help: string;
  children?: ComponentChildren;
}) => (
  <p aria-live="polite" class={said?.kind ?? 'soft'}>
    {said?.kind === 'bad' ? <Trouble of={said.error} /> : (said?.text ?? help)}
    {children}
  </p>
);
