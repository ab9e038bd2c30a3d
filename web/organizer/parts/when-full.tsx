import { inLanguage } from '../../common/language.ts';
import { useOrganizer } from '../context.ts';
import { type EditedSession, useSessionSave } from '../session-edit.ts';
import { Choice } from './choice.tsx';
import { Outcome, SaveField } from './saving.tsx';

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
        <Choice
          id="when-full"
          name="mode"
          label={words.whenFull}
          options={[
            ['', words.whenFullModes.nothing],
            ...modes.map((mode) => [mode, words.whenFullModes[mode]] as const),
          ]}
          chosen={session.whenFull?.mode}
        />
        <Choice
          id="continues-in"
          name="continuesIn"
          label={words.continuesIn}
          options={[
            ['', words.nowhere],
            ...others.map(({ sessionId, title }) => [sessionId, inLanguage(title)] as const),
          ]}
          chosen={session.whenFull?.continuesIn}
        />
        <SaveField />
      </div>
      <Outcome said={said} help={words.whenFullHelp} />
    </form>
  );
};
