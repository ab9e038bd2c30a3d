import { useState } from 'preact/hooks';
import type { ApiClient } from '../../../shared/client/api.ts';
import type { Registration } from '../../../shared/import/registration.ts';
import { count } from '../../common/format.ts';
import { messageOf, useOrganizer } from '../context.ts';

/** Most badges of one request. */
const MAX_BADGES = 1000;
const SHOWN = 8;

interface List {
  readonly file: string;
  readonly registration: Registration;
}
interface Done {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Reads here in the browser what the command line reads; the reader is loaded when it is needed. */
const read = async (file: File): Promise<List> => {
  const [{ readRegistration }, { decodeText }] = await Promise.all([
    import('../../../shared/import/registration.ts'),
    import('../../../shared/import/decode-text.ts'),
  ]);
  const text = decodeText(new Uint8Array(await file.arrayBuffer()));
  return { file: file.name, registration: readRegistration(text) };
};

/** A request is applied as a whole or not at all; the first that has a wrong row ends the upload. */
const upload = async (api: ApiClient, event: string, { rows }: Registration): Promise<Done> => {
  const sum = { created: 0, updated: 0, unchanged: 0 };
  for (let start = 0; start < rows.length; start += MAX_BADGES) {
    const part = rows.slice(start, start + MAX_BADGES);
    const content = JSON.stringify(part.map(({ value }) => value));
    const { body } = await api.call('POST /v1/events/{event}/badges', {
      params: { event },
      raw: { content, mediaType: 'application/json' },
    });
    const errors = body.errors.map(({ pointer, detail }) => {
      const place = part[Number(pointer.split('/')[1])]?.place ?? '';
      return { pointer: `${place}${pointer.split('/').slice(2).join('/')}`, detail };
    });
    if (errors.length > 0) return { ...sum, errors };
    sum.created += body.created;
    sum.updated += body.updated;
    sum.unchanged += body.unchanged;
  }
  return { ...sum, errors: [] };
};

const cell = (value: unknown, field: string): string =>
  typeof value === 'object' && value !== null
    ? String(Object.entries(value).find(([name]) => name === field)?.[1] ?? '')
    : '';

const Preview = ({ list }: { list: List }) => {
  const { words } = useOrganizer();
  const { registration } = list;
  const fields = ['badgeId', 'name', 'company', 'category', 'country'];
  return (
    <>
      <h2>{words.preview(list.file, registration.source, count(registration.rows.length))}</h2>
      {[...registration.leftOut].map(([status, left]) => (
        <p class="note" key={status}>
          {words.leftOut(count(left), status)}
        </p>
      ))}
      <ul class="plain">
        {[...registration.categories].map(([ticket, category]) => (
          <li key={ticket}>{words.isCategory(ticket || '–', category)}</li>
        ))}
      </ul>
      <div class="scroll">
        <table>
          <caption>{words.firstRows}</caption>
          <thead>
            <tr>
              {fields.map((field) => (
                <th scope="col" key={field}>
                  {field}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {registration.rows.slice(0, SHOWN).map(({ value, place }) => (
              <tr key={place}>
                {fields.map((field) => (
                  <td key={field}>{cell(value, field)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};

const Outcome = ({ done }: { done: Done }) => {
  const { words } = useOrganizer();
  return (
    <>
      <p class={done.errors.length > 0 ? 'note bad' : 'note'}>
        {words.imported(count(done.created), count(done.updated), count(done.unchanged))}
        {done.errors.length > 0 && ` ${words.importStopped}`}
      </p>
      <ul>
        {done.errors.map(({ pointer, detail }) => (
          <li key={`${pointer}${detail}`}>
            {pointer}: {detail}
          </li>
        ))}
      </ul>
    </>
  );
};

export const Import = () => {
  const { words, api, event } = useOrganizer();
  const [list, setList] = useState<List>();
  const [done, setDone] = useState<Done>();
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setTrouble('');
    await work().catch((error) => setTrouble(messageOf(error)));
    setBusy(false);
  };
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (!file) return;
    void attempt(async () => {
      setDone(undefined);
      setList(undefined);
      setList(await read(file));
    });
  };
  const send = () =>
    attempt(async () => {
      if (!list) return;
      setDone(await upload(api, event, list.registration));
      setList(undefined);
    });
  return (
    <>
      <h1>{words.import}</h1>
      <section
        class="sheet drop"
        aria-label={words.import}
        onDragOver={(drag) => drag.preventDefault()}
        onDrop={(drop) => {
          drop.preventDefault();
          take(drop.dataTransfer?.files);
        }}
      >
        <label for="list">{words.importHelp}</label>
        <input
          id="list"
          type="file"
          accept=".csv,text/csv"
          onChange={(change) => take(change.currentTarget.files)}
        />
      </section>
      <div aria-live="polite">
        {trouble && <p class="note bad">{words.failed(trouble)}</p>}
        {done && <Outcome done={done} />}
      </div>
      {list && (
        <section class="sheet">
          <Preview list={list} />
          <button type="button" class="main" disabled={busy} onClick={() => void send()}>
            {words.importNow(count(list.registration.rows.length))}
          </button>
        </section>
      )}
    </>
  );
};
