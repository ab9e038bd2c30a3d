import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, day } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Trouble, TroubleNote, Waiting } from './trouble.tsx';

interface DangerOf {
  readonly title: string;
  readonly means: string;
  readonly action: string;
  readonly onConfirmed: (confirm: string) => Promise<void>;
}

/** A step that takes the event's id once more, typed by hand. */
const Danger = ({ title, means, action, onConfirmed }: DangerOf) => {
  const { words, event } = useOrganizer();
  const [typed, setTyped] = useState('');
  const [trouble, setTrouble] = useState<unknown>();
  const id = `confirm-${action}`;
  const submit = (submitted: SubmitEvent) => {
    submitted.preventDefault();
    setTrouble(undefined);
    onConfirmed(typed.trim()).then(() => setTyped(''), setTrouble);
  };
  return (
    <form class="sheet danger" onSubmit={submit}>
      <h2>{title}</h2>
      <p>{means}</p>
      <div class="row">
        <div class="field">
          <label for={id}>{words.typeEvent(event)}</label>
          <input
            id={id}
            value={typed}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </div>
        <div class="field">
          <button type="submit" class="danger" disabled={typed.trim() !== event}>
            {action}
          </button>
        </div>
      </div>
      <p class="bad" aria-live="polite">
        <Trouble of={trouble} />
      </p>
    </form>
  );
};

/** The end of an event: its doors closed, or everything of it gone. */
export const Event = () => {
  const { words, api, event } = useOrganizer();
  const params = { event };
  const [deletedAt, setDeletedAt] = useState<string>();
  // What a change answered is newer than what a cache may still hold.
  const [changed, setChanged] = useState<ApiBody<'GET /v1/events/{event}'>>();
  const loaded = useLoaded(async () => (await api.call('GET /v1/events/{event}', { params })).body, [event]);
  const [trouble, setTrouble] = useState<unknown>();
  const value = changed ?? loaded.value;
  if (deletedAt !== undefined)
    return (
      <div role="status" class="note bad">
        <h1>{words.eventDeleted(event)}</h1>
        <p>{words.eventDeletedMeans}</p>
      </div>
    );
  if (!value) return <Waiting trouble={loaded.trouble} />;
  const { title, closedAt, timeZone, languages } = value;
  const reopen = async () => {
    try {
      setChanged((await api.call('POST /v1/events/{event}/reopen', { params })).body);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <>
      <h1>{inLanguage(title)}</h1>
      <p class="soft">{[event, timeZone, languages.join(', ')].join(' · ')}</p>
      {closedAt !== null && (
        <div class="note warn">
          <TroubleNote of={trouble} class="bad" />
          <p>{words.closedAt(`${day(closedAt)} ${clock(closedAt)}`)}</p>
          <button type="button" onClick={() => void reopen()}>
            {words.reopen}
          </button>
        </div>
      )}
      {closedAt === null && (
        <Danger
          title={words.closeEvent}
          means={words.closeMeans}
          action={words.closeDoors}
          onConfirmed={async (confirm) => {
            setChanged((await api.call('POST /v1/events/{event}/close', { params, body: { confirm } })).body);
          }}
        />
      )}
      <Danger
        title={words.deleteEvent}
        means={words.deleteMeans}
        action={words.deleteForGood}
        onConfirmed={async (confirm) => {
          const { body } = await api.call('DELETE /v1/events/{event}', { params, query: { confirm } });
          setDeletedAt(body.requestedAt);
        }}
      />
    </>
  );
};
