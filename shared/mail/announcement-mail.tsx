import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import { directionOf } from '../domain/text-direction.ts';
import { STYLE } from './style.ts';

interface Link {
  readonly title: string;
  readonly url: string;
}

/** What a mail says, in the words of one language. */
export interface MailText {
  readonly language: string;
  /** What mail programs show beside the subject. */
  readonly preview: string;
  /** Small line at the top. */
  readonly event: string;
  /** What it is and of when. */
  readonly facts?: string | undefined;
  /** That it is no longer what it was. */
  readonly mark?: { readonly tone: 'corrected' | 'retracted'; readonly title: string } | undefined;
  readonly title: string;
  /** Stands in the place of the text, before the reason. */
  readonly withdrawn?: string | undefined;
  readonly paragraphs: readonly string[];
  /** Stands behind the paragraphs of a text that goes on there. */
  readonly rest?: Link | undefined;
  /** In a box of its own: the note of a correction, the reason of a retraction. */
  readonly remark?: { readonly title: string; readonly text: string } | undefined;
  readonly button?: Link | undefined;
  readonly footer: readonly string[];
  readonly links: readonly Link[];
}

/** Blanks after the preview, or a mail program fills its line with what comes next. */
const FILL = '\u00a0\u200c'.repeat(60);

const Page = ({
  language,
  title,
  children,
}: {
  language: string;
  title: string;
  children: ComponentChildren;
}) => (
  <html lang={language} dir={directionOf(language)}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <title>{title}</title>
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
    <body>{children}</body>
  </html>
);

const Remark = ({ remark, mark }: Pick<MailText, 'remark' | 'mark'>) =>
  remark ? (
    <div class={`remark ${mark?.tone ?? ''}`}>
      <strong>{remark.title}</strong>
      <p>{remark.text}</p>
    </div>
  ) : null;

/** What stands in the body of the mail. */
export const MailBody = (text: MailText) => {
  const { language, preview, event, facts, mark, title, withdrawn, paragraphs, rest, button, footer, links } =
    text;
  return (
    <>
      <div class="preview" style="display:none" aria-hidden="true">
        {preview}
        {FILL}
      </div>
      <article class="sheet" lang={language} dir={directionOf(language)}>
        <div class="inner">
          <p class="event">{event}</p>
          {mark && (
            <p class={`mark ${mark.tone}`}>
              <strong>{mark.title}</strong>
            </p>
          )}
          <h1>{mark?.tone === 'retracted' ? <s>{title}</s> : title}</h1>
          {facts && <p class="facts">{facts}</p>}
          {withdrawn && <p>{withdrawn}</p>}
          <Remark {...text} />
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {rest && (
            <p>
              <a href={rest.url}>{rest.title}</a>
            </p>
          )}
          {button && (
            <p>
              <a class="button" href={button.url}>
                {button.title}
              </a>
            </p>
          )}
        </div>
        <div class="foot">
          {footer.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {links.map((link) => (
            <p key={link.url}>
              <a href={link.url}>{link.title}</a>
            </p>
          ))}
        </div>
      </article>
    </>
  );
};

const mailHtml = (text: MailText): string =>
  `<!doctype html>\n${render(
    <Page {...text}>
      <MailBody {...text} />
    </Page>,
  )}\n`;

/**
 * Gmail shows about 102 KB, counted as it is encoded by some accounts; the way to end the subscription comes last.
 * So encoded by base64, it is below. https://github.com/hteumeuleu/email-bugs/issues/41
 */
const MAX_HTML_BYTES = 72_000;
/** A quotation mark becomes `&quot;`. */
const MAX_CHARACTER_BYTES = 6;

/** The HTML of a mail as Gmail shows it whole: a longer text ends after a paragraph, with a link to the rest. */
export const shownHtml = (text: MailText, rest: Link | undefined): string => {
  const whole = mailHtml(text);
  if (Buffer.byteLength(whole) <= MAX_HTML_BYTES) return whole;
  let left = MAX_HTML_BYTES - Buffer.byteLength(mailHtml({ ...text, paragraphs: [], rest }));
  const [first = ''] = text.paragraphs;
  const beginning = `${[...first].slice(0, Math.floor(left / MAX_CHARACTER_BYTES) - 4).join('')}…`;
  const fitting = text.paragraphs.findIndex((paragraph) => {
    left -= Buffer.byteLength(render(<p>{paragraph}</p>));
    return left < 0;
  });
  return mailHtml({
    ...text,
    paragraphs: fitting > 0 ? text.paragraphs.slice(0, fitting) : [beginning],
    rest,
  });
};

const linkLine = ({ title, url }: Link): string => `${title}: ${url}`;

/** The same for readers without HTML. */
export const mailPlainText = ({
  event,
  facts,
  mark,
  title,
  withdrawn,
  paragraphs,
  remark,
  button,
  footer,
  links,
}: MailText): string =>
  [
    event,
    ...(mark ? [`*** ${mark.title} ***`] : []),
    facts ? `${title}\n${facts}` : title,
    ...(withdrawn ? [withdrawn] : []),
    ...(remark ? [`${remark.title}: ${remark.text}`] : []),
    ...paragraphs,
    ...(button ? [linkLine(button)] : []),
    '-- ',
    ...footer,
    ...links.map(linkLine),
  ].join('\n\n');
