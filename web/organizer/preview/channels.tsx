import { type ComponentChildren, render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { AnnouncementEdition } from '../../../shared/domain/announcement.ts';
import { announcementMessage } from '../../../shared/domain/announcement-message.ts';
import { textFor } from '../../../shared/domain/announcement-view.ts';
import { notificationOf } from '../../../shared/domain/notification.ts';
import { paragraphsOf } from '../../../shared/domain/paragraphs.ts';
import { directionOf } from '../../../shared/domain/text-direction.ts';
import { MailBody } from '../../../shared/mail/announcement-mail.tsx';
import { announcementMail } from '../../../shared/mail/announcement-text.ts';
import { STYLE } from '../../../shared/mail/style.ts';
import { useOrganizer } from '../context.ts';

export const channels = ['mail', 'page', 'push', 'webhook'] as const;
export type Channel = (typeof channels)[number];

export interface Previewed {
  readonly channel: Channel;
  readonly edition: AnnouncementEdition;
  readonly language: string;
  readonly event: { readonly id: string; readonly title: string; readonly timeZone: string };
}

/** Keeps a style of its own from the page's, and the page's from it; made as an object, which our policy permits. */
const Apart = ({ css, children }: { css: string; children: ComponentChildren }) => {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    // What a mail says of its body holds here of the box around it.
    sheet.replaceSync(css.replaceAll(/(^|\s)body /g, '$1:host '));
    root.adoptedStyleSheets = [sheet];
    render(children, root);
  });
  return <div ref={host} />;
};

const Mail = ({ edition, language, event }: Previewed) => {
  const { words } = useOrganizer();
  const mail = announcementMail(edition, language, event, {
    manageUrl: '#',
    pagesUrl: `/announcements/${event.id}`,
  });
  return (
    <>
      <p>
        <span class="soft">{words.subject}</span> <strong>{mail.subject}</strong>{' '}
        <span class="soft">{mail.preview}</span>
      </p>
      <Apart css={STYLE}>
        <MailBody {...mail} />
      </Apart>
    </>
  );
};

const WebPage = ({ edition, language }: Previewed) => {
  const { language: shown, text } = textFor(edition, language);
  return (
    <article lang={shown} dir={directionOf(shown)} class="paper">
      <h4>{text.title}</h4>
      {paragraphsOf(text.body).map((paragraph) => (
        <p key={paragraph} class="lines">
          {paragraph}
        </p>
      ))}
      {text.url && <a href={text.url}>{text.url}</a>}
    </article>
  );
};

const Push = ({ edition, language, event }: Previewed) => {
  const { title, body } = notificationOf(announcementMessage(event.id, edition, language).message);
  return (
    <div class="notification">
      <div class="soft">{event.title}</div>
      <strong>{title}</strong>
      <p class="lines">{body}</p>
    </div>
  );
};

const Webhook = ({ edition, language, event }: Previewed) => (
  <pre>{JSON.stringify(announcementMessage(event.id, edition, language).message, null, 2)}</pre>
);

const views = { mail: Mail, page: WebPage, push: Push, webhook: Webhook };

/** An edition as one channel brings it, by the code that sends it. */
export const ChannelView = (previewed: Previewed) => {
  const View = views[previewed.channel];
  return <View {...previewed} />;
};
