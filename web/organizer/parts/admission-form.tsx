import { useOrganizer } from '../context.ts';
import { type EditedSession, useSessionSave } from '../session-edit.ts';
import { Choice } from './choice.tsx';
import { Outcome, SaveField } from './saving.tsx';

const modes = ['advisory', 'enforced'] as const;
const reentries = ['after-exit', 'never', 'always'] as const;

/** Capacity and admission of a session. */
export const AdmissionForm = (edited: EditedSession) => {
  const { words } = useOrganizer();
  const { session } = edited;
  const { said, save } = useSessionSave(edited);
  const { admission } = session;

  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const capacity = String(form.get('capacity') ?? '').trim();
    const capacityMode = modes.find((mode) => mode === form.get('mode')) ?? 'advisory';
    const reentry = reentries.find((mode) => mode === form.get('reentry')) ?? 'after-exit';
    void save({ admission: { capacity: capacity === '' ? null : Number(capacity), capacityMode, reentry } });
  };

  return (
    <form key={JSON.stringify(admission)} aria-label={words.admission} onSubmit={submit}>
      <div class="row">
        <div class="field">
          <label for="capacity">{words.capacity}</label>
          <input
            id="capacity"
            name="capacity"
            type="number"
            min="1"
            max="1000000"
            defaultValue={admission.capacity ?? ''}
          />
        </div>
        <Choice
          id="mode"
          label={words.capacityMode}
          options={modes.map((mode) => [mode, words.modes[mode]])}
          chosen={admission.capacityMode}
        />
        <Choice
          id="reentry"
          label={words.reentry}
          options={reentries.map((mode) => [mode, words.reentries[mode]])}
          chosen={admission.reentry}
        />
        <SaveField />
      </div>
      <Outcome said={said} help={words.admissionHelp} />
    </form>
  );
};
