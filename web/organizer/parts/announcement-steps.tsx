import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type ApiClient, ApiProblem } from '../../../shared/client/api.ts';
import { useOrganizer } from '../context.ts';
import { Preview } from '../preview/preview.tsx';
import { type Announcement, contentOf, contentPatchOf, Texts, textOf, wholeTexts } from './texts.tsx';
import { Trouble } from './trouble.tsx';

const steps = ['publish', 'schedule', 'edit', 'unschedule', 'correct', 'retract', 'remove'] as const;
type Step = (typeof steps)[number];

const stepsOf: Readonly<Record<Announcement['state'], readonly Step[]>> = {
  draft: ['publish', 'schedule', 'edit', 'remove'],
  scheduled: ['publish', 'schedule', 'edit', 'unschedule'],
  published: ['correct', 'retract'],
  corrected: ['correct', 'retract'],
  retracted: [],
};
const dangerous: readonly Step[] = ['retract', 'remove'];

/** A step that somebody begins, with the announcement as it was then. */
interface Begun {
  readonly step: Step;
  readonly item: Announcement;
  readonly etag: string | undefined;
}

const take = (api: ApiClient, event: string, { step, item, etag: ifMatch }: Begun, form: FormData) => {
  const change = { params: { event, announcement: item.announcementId }, ifMatch };
  const path = '/v1/events/{event}/announcements/{announcement}' as const;
  const value = textOf(form, 'value');
  const content = contentPatchOf(form, `${item.announcementId}-`, item.content);
  switch (step) {
    case 'publish':
      return api.call(`POST ${path}/publish`, change);
    case 'unschedule':
      return api.call(`POST ${path}/unschedule`, change);
    case 'remove':
      return api.call(`DELETE ${path}`, change);
    case 'retract':
      return api.call(`POST ${path}/retract`, { ...change, body: { reason: value } });
    case 'schedule':
      return api.call(`POST ${path}/schedule`, {
        ...change,
        body: { publishAt: new Date(value).toISOString() },
      });
    case 'correct':
      return api.call(`POST ${path}/correct`, { ...change, body: { content, note: value } });
    case 'edit':
      return api.call(`PATCH ${path}`, { ...change, body: { content } });
  }
};

const StepFields = ({ step, item, written }: Begun & { written: FormData | undefined }) => {
  const { words } = useOrganizer();
  const id = `value-${item.announcementId}`;
  const labels = { retract: words.why, schedule: words.publishAt, correct: words.noteOfCorrection };
  return (
    <>
      {(step === 'edit' || step === 'correct') && (
        <Texts id={`${item.announcementId}-`} content={item.content} />
      )}
      {(step === 'retract' || step === 'schedule' || step === 'correct') && (
        <div class="field">
          <label for={id}>{labels[step]}</label>
          <input
            id={id}
            name="value"
            required
            {...(step === 'schedule' ? { type: 'datetime-local' } : { maxLength: 2000 })}
          />
        </div>
      )}
      {(step === 'edit' || step === 'correct') && (
        <Preview
          kind={item.kind}
          content={written ? contentOf(written, `${item.announcementId}-`) : wholeTexts(item.content)}
          {...(step === 'correct' && {
            out: {
              announcementId: item.announcementId,
              edition: item.edition + 1,
              note: written ? textOf(written, 'value') : '',
            },
          })}
        />
      )}
    </>
  );
};

/** What can be done with an announcement; each step is confirmed, and none overwrites somebody else's. */
export const Steps = ({
  item,
  onDone,
  children,
}: {
  item: Announcement;
  onDone: () => void;
  /** What stands beside the steps. */
  children?: ComponentChildren;
}) => {
  const { words, api, event } = useOrganizer();
  const [begun, setBegun] = useState<Begun>();
  const [written, setWritten] = useState<FormData>();
  const [trouble, setTrouble] = useState<unknown>();
  const attempt = async (work: () => Promise<void>) => {
    setTrouble(undefined);
    try {
      await work();
    } catch (error) {
      const isOld = error instanceof ApiProblem && error.status === 412;
      setTrouble(error);
      if (!isOld) return;
      setBegun(undefined);
      onDone();
    }
  };
  const begin = (step: Step) =>
    attempt(async () => {
      const params = { event, announcement: item.announcementId };
      const { body, etag } = await api.call('GET /v1/events/{event}/announcements/{announcement}', {
        params,
      });
      setWritten(undefined);
      setBegun({ step, item: { ...item, ...body }, etag });
    });
  const submit = (submitted: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submitted.preventDefault();
    const form = new FormData(submitted.currentTarget);
    if (!begun) return;
    void attempt(async () => {
      await take(api, event, begun, form);
      setBegun(undefined);
      onDone();
    });
  };
  return (
    <>
      <div class="row tight">
        {stepsOf[item.state].map((step) => (
          <button
            type="button"
            key={step}
            class={dangerous.includes(step) ? 'danger' : ''}
            onClick={() => void begin(step)}
          >
            {words[step]}
          </button>
        ))}
        {children}
      </div>
      {begun && (
        <form
          class="note warn"
          key={begun.step}
          onSubmit={submit}
          onInput={({ currentTarget }) => setWritten(new FormData(currentTarget))}
        >
          <p>{words.steps[begun.step]}</p>
          <StepFields {...begun} written={written} />
          <div class="row">
            <button type="submit" class="main">
              {begun.step === 'edit' ? words.save : words.confirm}
            </button>
            <button type="button" onClick={() => setBegun(undefined)}>
              {words.cancel}
            </button>
          </div>
        </form>
      )}
      <p class="bad" aria-live="polite">
        <Trouble of={trouble} />
      </p>
    </>
  );
};
