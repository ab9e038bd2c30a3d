import { useState } from 'preact/hooks';
import { ApiProblem } from '../../../shared/client/api.ts';
import { messageOf, useLoaded, useOrganizer } from '../context.ts';

const modes = ['advisory', 'enforced'] as const;
const reentries = ['after-exit', 'never', 'always'] as const;

/** Capacity and admission of a session; a change by somebody else in between is refused, not overwritten. */
export const AdmissionForm = ({ sessionId }: { sessionId: string }) => {
  const { words, api, event, board } = useOrganizer();
  const [said, setSaid] = useState<{ readonly kind: 'good' | 'bad'; readonly text: string }>();
  const params = { event, session: sessionId };
  const { value, reload } = useLoaded(
    () => api.call('GET /v1/events/{event}/sessions/{session}', { params }),
    [event, sessionId],
  );
  if (!value) return <p class="soft">{words.loading}</p>;
  const { admission } = value.body;

  const save = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const capacity = String(form.get('capacity') ?? '').trim();
    const capacityMode = modes.find((mode) => mode === form.get('mode')) ?? 'advisory';
    const reentry = reentries.find((mode) => mode === form.get('reentry')) ?? 'after-exit';
    const body = {
      admission: { capacity: capacity === '' ? null : Number(capacity), capacityMode, reentry },
    };
    try {
      await api.call('PATCH /v1/events/{event}/sessions/{session}', { params, body, ifMatch: value.etag });
      setSaid({ kind: 'good', text: words.saved });
      await board.refresh();
    } catch (error) {
      const isOld = error instanceof ApiProblem && error.status === 412;
      setSaid({ kind: 'bad', text: isOld ? words.changedMeanwhile : words.failed(messageOf(error)) });
    }
    reload();
  };

  return (
    <form key={value.etag} onSubmit={(event) => void save(event)}>
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
        <div class="field">
          <label for="mode">{words.capacityMode}</label>
          <select id="mode" name="mode">
            {modes.map((mode) => (
              <option key={mode} value={mode} selected={mode === admission.capacityMode}>
                {words.modes[mode]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="reentry">{words.reentry}</label>
          <select id="reentry" name="reentry">
            {reentries.map((mode) => (
              <option key={mode} value={mode} selected={mode === admission.reentry}>
                {words.reentries[mode]}
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
        {said?.text ?? words.admissionHelp}
      </p>
    </form>
  );
};
