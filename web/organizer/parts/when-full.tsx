import { inLanguage } from '../../common/language.ts';
import { useOrganizer } from '../context.ts';
import { type EditedSession, useSessionSave } from '../session-edit.ts';

const modes = ['draft', 'publish'] as const;

/** What people are told by itself when a session is full, and where it continues. */
export const WhenFull = (edited: EditedSession) => {
  const { words, board } = useOrganizer();
  const { session } = edited;
  const { said, save } = useSessionSave(edited);
  const others = board.programme.value.sessions.filter((each) => each.sessionId !== session.sessionId);

  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const mode = modes.find((name) => name === form.get('mode'));
    const continuesIn = String(form.get('continuesIn') ?? '') || null;
    void save({ whenFull: mode ? { mode, continuesIn } : null });
  };

  return (
    <form key={JSON.stringify(session.whenFull)} aria-label={words.tellPeople} onSubmit={submit}>
      <div class="row">
        <div class="field">
          <label for="when-full">{words.whenFull}</label>
          <select id="when-full" name="mode">
            <option value="">{words.whenFullModes.nothing}</option>
            {modes.map((mode) => (
              <option key={mode} value={mode} selected={mode === session.whenFull?.mode}>
                {words.whenFullModes[mode]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="continues-in">{words.continuesIn}</label>
          <select id="continues-in" name="continuesIn">
            <option value="">{words.nowhere}</option>
            {others.map(({ sessionId: id, title }) => (
              <option key={id} value={id} selected={id === session.whenFull?.continuesIn}>
                {inLanguage(title)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <button type="submit" class="main">
            {words.save}
          </button>
        </div>
      </div>
      <p aria-live="polite" class={said?.kind ?? 'soft'}>
        {said?.text ?? words.whenFullHelp}
      </p>
    </form>
  );
};
