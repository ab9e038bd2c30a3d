import { useState } from 'preact/hooks';
import type { AnnouncementContent, AnnouncementKind } from '../../../shared/domain/announcement.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { languageNames } from '../parts/texts.tsx';
import type { Channel } from './channels.tsx';

interface PreviewOf {
  readonly kind: AnnouncementKind;
  readonly content: AnnouncementContent;
  /** Of what is out already: its id and the edition that it would become. */
  readonly out?: { readonly announcementId: string; readonly edition: number; readonly note: string };
}

/** What is being written, as each channel will bring it in each language. */
const Views = ({ kind, content, out }: PreviewOf) => {
  const { words, api, event } = useOrganizer();
  const [channel, setChannel] = useState<Channel>('mail');
  const [chosen, setChosen] = useState<string>();
  const { value: parts } = useLoaded(() => import('./channels.tsx'), []);
  const { value: about } = useLoaded(
    async () => (await api.call('GET /v1/events/{event}', { params: { event } })).body,
    [event],
  );
  const languages = Object.keys(content);
  if (!parts || !about) return <p class="soft">{words.loading}</p>;
  const mainLanguage = about.languages.find((code) => content[code]) ?? languages[0];
  if (mainLanguage === undefined) return <p class="soft">{words.nothingWritten}</p>;
  const language = chosen !== undefined && content[chosen] ? chosen : mainLanguage;
  const edition = {
    announcementId: out?.announcementId ?? 'draft',
    edition: out?.edition ?? 1,
    change: out ? ('corrected' as const) : ('published' as const),
    at: Date.now(),
    kind,
    content,
    mainLanguage,
    audience: languages,
    topics: [],
    sessionId: null,
    note: out?.note || null,
    reason: null,
  };
  return (
    <>
      <div class="row tight">
        {parts.channels.map((name) => (
          <button type="button" key={name} aria-pressed={name === channel} onClick={() => setChannel(name)}>
            {words.channels[name]}
          </button>
        ))}
        <span class="gap" />
        {languages.map((code) => (
          <button type="button" key={code} aria-pressed={code === language} onClick={() => setChosen(code)}>
            {languageNames[code] ?? code}
          </button>
        ))}
      </div>
      <section class="shown" aria-label={words.previewOf(words.channels[channel])}>
        <parts.ChannelView
          channel={channel}
          edition={edition}
          language={language}
          event={{ id: event, title: inLanguage(about.title), timeZone: about.timeZone }}
        />
      </section>
    </>
  );
};

/** Opened by who wants to see it. */
export const Preview = (previewed: PreviewOf) => {
  const { words } = useOrganizer();
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="preview" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.asItWillBe}</summary>
      {isOpen && <Views {...previewed} />}
    </details>
  );
};
