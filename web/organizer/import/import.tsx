import { useState } from 'preact/hooks';
import type { Registration } from '../../../shared/import/registration.ts';
import type { RegistrationColumns } from '../../../shared/import/registration-mapping.ts';
import { count } from '../../common/format.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { TroubleNote } from '../parts/trouble.tsx';
import { Columns } from './columns.tsx';
import { FirstRows } from './first-rows.tsx';
import { Foretold } from './foretold.tsx';
import { type DroppedList, judgeList, openList, readList } from './list.ts';
import { type DroppedProgramme, isProgramme, ProgrammeFile } from './programme-file.tsx';
import { countOf, type Result, sendRows } from './send.ts';
import { Tickets } from './tickets.tsx';

interface Compared {
  readonly registration: Registration;
  readonly results: readonly Result[];
}

interface Done {
  readonly counts: Readonly<Record<'created' | 'updated' | 'unchanged', number>>;
  readonly errors: readonly string[];
}

const Outcome = ({ counts: { created, updated, unchanged }, errors }: Done) => {
  const { words } = useOrganizer();
  return (
    <>
      <p class={errors.length > 0 ? 'note bad' : 'note'}>
        {words.imported(count(created), count(updated), count(unchanged))}
        {errors.length > 0 && ` ${words.importStopped}`}
      </p>
      <ul>
        {errors.map((error) => (
          <li key={error}>{error}</li>
        ))}
      </ul>
    </>
  );
};

interface Chosen {
  readonly list: DroppedList;
  readonly onDone: (done: Done) => void;
}

/** From what a file holds to what it would change, and then does. */
const Mapping = ({ list, onDone }: Chosen) => {
  const { words, api, event } = useOrganizer();
  const [columns, setColumns] = useState<RegistrationColumns>(list.columns);
  const [categories, setCategories] = useState<ReadonlyMap<string, string>>(new Map());
  const [compared, setCompared] = useState<Compared>();
  const [sent, setSent] = useState<number>();
  const [trouble, setTrouble] = useState<unknown>();
  const read = useLoaded(() => readList(list, columns, categories), [list, columns, categories]);
  const registration = read.trouble ? undefined : read.value;
  const busy = sent !== undefined;

  const attempt = async (work: () => Promise<void>) => {
    setTrouble(undefined);
    setSent(0);
    await work().catch(setTrouble);
    setSent(undefined);
  };
  const compare = ({ rows }: Registration) =>
    attempt(async () => {
      const [{ results }, judged] = await Promise.all([
        sendRows({ api, event, rows, onProgress: setSent, dryRun: true }),
        judgeList(rows),
      ]);
      const all = results.map((result, index): Result => {
        const errors = judged[index]?.errors ?? [];
        return result.status === 'invalid' || errors.length === 0
          ? result
          : { ...result, status: 'invalid', errors: [...errors] };
      });
      if (registration) setCompared({ registration, results: all });
    });
  const send = ({ registration: { rows }, results }: Compared) =>
    attempt(async () => {
      const right = rows.filter((_, index) => results[index]?.status !== 'invalid');
      const sent = await sendRows({ api, event, rows: right, onProgress: setSent, dryRun: false });
      const counts = {
        created: countOf(sent.results, 'created'),
        updated: countOf(sent.results, 'updated'),
        unchanged: countOf(sent.results, 'unchanged'),
      };
      onDone({ counts, errors: sent.errors });
    });

  // What was compared before a column was chosen anew says nothing any more.
  const shown = compared?.registration === registration ? compared : undefined;
  const right = shown ? shown.results.length - countOf(shown.results, 'invalid') : 0;
  return (
    <section class="sheet" aria-busy={busy}>
      <h2>{words.preview(list.file, list.source ?? words.otherSystem)}</h2>
      <Columns list={list} columns={columns} onChange={setColumns} />
      <TroubleNote of={read.trouble} />
      {registration && (
        <>
          <Tickets
            registration={registration}
            onChange={(ticket, category) => setCategories(new Map([...categories, [ticket, category]]))}
          />
          {[...registration.leftOut].map(([status, left]) => (
            <p class="note" key={status}>
              {words.leftOut(count(left), status)}
            </p>
          ))}
          <FirstRows rows={registration.rows} />
          <div class="row">
            <button
              type="button"
              class={shown ? '' : 'main'}
              disabled={busy}
              onClick={() => void compare(registration)}
            >
              {words.compare(count(registration.rows.length))}
            </button>
          </div>
        </>
      )}
      {busy && registration && (
        <progress aria-label={words.progress} max={registration.rows.length} value={sent} />
      )}
      <div aria-live="polite">
        <TroubleNote of={trouble} />
        {shown && (
          <>
            <h3>{words.foretold}</h3>
            <Foretold results={shown.results} />
            {right < shown.results.length && (
              <p class="note warn">{words.withoutWrong(count(shown.results.length - right))}</p>
            )}
            <button
              type="button"
              class="main"
              disabled={busy || right === 0}
              onClick={() => void send(shown)}
            >
              {words.importNow(count(right))}
            </button>
          </>
        )}
      </div>
    </section>
  );
};

/** Registration lists of other systems: dropped, looked at, compared with what is stored, and then taken in. */
export const Import = () => {
  const { words } = useOrganizer();
  const [list, setList] = useState<DroppedList>();
  const [programme, setProgramme] = useState<DroppedProgramme>();
  const [done, setDone] = useState<Done>();
  const [trouble, setTrouble] = useState<unknown>();
  const openFile = async (file: File) => {
    const text = await file.text();
    if (isProgramme(text)) setProgramme({ file: file.name, text });
    else setList(await openList(file));
  };
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (!file) return;
    setDone(undefined);
    setList(undefined);
    setTrouble(undefined);
    setProgramme(undefined);
    void openFile(file).catch(setTrouble);
  };
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
          accept=".csv,text/csv,.xml,.json,application/xml,text/xml,application/json"
          onChange={(change) => take(change.currentTarget.files)}
        />
      </section>
      <div aria-live="polite">
        <TroubleNote of={trouble} />
        {done && <Outcome {...done} />}
      </div>
      {programme && (
        <ProgrammeFile
          key={programme.text}
          {...programme}
          onDone={(result) => {
            setDone({ counts: result, errors: [] });
            setProgramme(undefined);
          }}
        />
      )}
      {list && (
        <Mapping
          key={`${list.file}${list.text.length}`}
          list={list}
          onDone={(what) => {
            setDone(what);
            setList(undefined);
          }}
        />
      )}
    </>
  );
};
