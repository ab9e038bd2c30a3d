import { troubleOf } from '../../common/trouble.ts';
import { useOrganizer } from '../context.ts';

/** Why something was not done; nothing where nothing failed. @param of what was thrown, or undefined */
export const Trouble = ({ of }: { readonly of: unknown }) => {
  const { words } = useOrganizer();
  if (of === undefined) return null;
  const { text, detail } = troubleOf(words, of);
  return (
    <>
      {text}
      {detail && <small lang="en"> {detail}</small>}
    </>
  );
};

/** The same as a paragraph of its own, which is there only where something failed. */
export const TroubleNote = ({
  of,
  class: look = 'note bad',
  role,
}: {
  readonly of: unknown;
  readonly class?: string;
  readonly role?: 'alert';
}) =>
  of === undefined ? null : (
    <p class={look} role={role}>
      <Trouble of={of} />
    </p>
  );

/** In place of what is not there yet: why it does not come, else that it is on its way. */
export const Waiting = ({ trouble }: { readonly trouble: unknown }) => {
  const { words } = useOrganizer();
  return trouble === undefined ? <p class="soft">{words.loading}</p> : <TroubleNote of={trouble} />;
};
