import { useId } from 'preact/hooks';

/** One field and its button; what was typed is given without the spaces around it. */
export const CodeForm = ({
  label,
  button,
  onCode,
  isCode = false,
  busy = false,
  maxLength = 512,
}: {
  readonly label: string;
  readonly button: string;
  readonly onCode: (text: string) => void;
  /** Letters as they are typed: no capitals and corrections by the keyboard of a phone. */
  readonly isCode?: boolean;
  readonly busy?: boolean;
  readonly maxLength?: number;
}) => {
  const id = useId();
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('text');
    if (typeof text !== 'string' || text.trim() === '') return;
    event.currentTarget.reset();
    onCode(text.trim());
  };
  return (
    <form class="code-form" onSubmit={submit}>
      <label for={id}>{label}</label>
      <div>
        <input
          id={id}
          name="text"
          required
          maxLength={maxLength}
          autocomplete="off"
          enterkeyhint="done"
          {...(isCode && { autocapitalize: 'off', spellcheck: false, autocorrect: 'off' })}
        />
        <button type="submit" class="main" disabled={busy}>
          {button}
        </button>
      </div>
    </form>
  );
};
