import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { count } from '../../common/format.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Figures } from '../parts/figures.tsx';
import { TroubleNote, Waiting } from '../parts/trouble.tsx';

const IMPORT = 'POST /v1/events/{event}/programme';

type Result = ApiBody<typeof IMPORT>;

export interface DroppedProgramme {
  readonly file: string;
  readonly text: string;
}

/** Whether a text is a schedule or our own form of a programme, not a list of people. */
export const isProgramme = (text: string): boolean => /^\uFEFF?\s*[<{]/.test(text);

const Listed = ({ title, of }: { readonly title: string; readonly of: readonly string[] }) =>
  of.length === 0 ? null : (
    <details open={of.length <= 10}>
      <summary>{title}</summary>
      <ul>
        {of.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </details>
  );

/** Which sessions a file makes, changes and leaves alone, and what is wrong in it. */
const Foretold = ({ result }: { readonly result: Result }) => {
  const { words } = useOrganizer();
  const { foretold, missing, errors, warnings } = result;
  const places = (found: Result['errors']) => found.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return (
    <>
      <Figures
        of={[
          { name: words.rowStates.created, value: count(result.created) },
          { name: words.rowStates.updated, value: count(result.updated) },
          { name: words.rowStates.unchanged, value: count(result.unchanged) },
          { name: words.missing, value: count(missing.length) },
          { name: words.wrongPlaces, value: count(result.errorCount), isBad: result.errorCount > 0 },
        ]}
      />
      <Listed title={words.wrongPlaces} of={places(errors)} />
      <Listed title={words.odd} of={places(warnings)} />
      <Listed title={words.rowStates.created} of={foretold?.created ?? []} />
      <Listed title={words.rowStates.updated} of={foretold?.updated ?? []} />
      <Listed title={words.missing} of={missing} />
    </>
  );
};

/** What a programme would change, and then does. */
export const ProgrammeFile = ({
  file,
  text,
  onDone,
}: DroppedProgramme & { readonly onDone: (result: Result) => void }) => {
  const { words, api, event, board } = useOrganizer();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const send = async (dryRun: boolean): Promise<Result> => {
    const mediaType = text.trimStart().startsWith('<') ? 'application/xml' : 'application/json';
    return (
      await api.call(IMPORT, { params: { event }, query: { dryRun }, raw: { content: text, mediaType } })
    ).body;
  };
  const foretold = useLoaded(() => send(true), [text]);
  const take = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const result = await send(false);
      // Somebody else has changed the programme since it was foretold.
      if (result.errorCount > 0) foretold.reload();
      else {
        await board.refresh();
        onDone(result);
      }
    } catch (error) {
      setTrouble(error);
    }
    setBusy(false);
  };
  const result = foretold.value;
  const changes = result ? result.created + result.updated : 0;
  return (
    <section class="sheet" aria-busy={busy}>
      <h2>{words.programmeOf(file)}</h2>
      {result === undefined || foretold.trouble !== undefined ? (
        <Waiting trouble={foretold.trouble} />
      ) : (
        <div aria-live="polite">
          <h3>{words.foretold}</h3>
          <Foretold result={result} />
          <p class={result.errorCount > 0 ? 'note bad' : 'note'}>
            {result.errorCount > 0 ? words.nothingWhileWrong : words.missingStays}
          </p>
          <button
            type="button"
            class="main"
            disabled={busy || changes === 0 || result.errorCount > 0}
            onClick={() => void take()}
          >
            {words.importProgramme(count(changes))}
          </button>
        </div>
      )}
      <TroubleNote of={trouble} role="alert" />
    </section>
  );
};
