import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import type { MailWords } from './words.ts';

/** What a mail says, in the words of one language. */
export interface MailText {
  readonly language: string;
  /** Small line above the title: kind, and whether it is corrected or retracted. */
  readonly label: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** A remark in a box of its own: the note of a correction, the reason of a retraction. */
  readonly remark?: { readonly title: string; readonly text: string } | undefined;
  readonly button?: { readonly title: string; readonly url: string } | undefined;
  readonly footer: readonly string[];
  readonly manage?: { readonly title: string; readonly url: string } | undefined;
}

/** Mail programs read no files of ours, so the style stands in the mail; dark mode by the reader's own setting. */
const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; background: #f3f4f1; color: #14201b; }
.sheet { max-width: 600px; margin: 0 auto; background: #ffffff; border-top: 6px solid #0b6b4f; }
.inner { padding: 28px 32px 32px; font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.label { margin: 0 0 10px; font-size: 13px; font-weight: 600; color: #0b6b4f; }
h1 { margin: 0 0 18px; font-size: 24px; line-height: 1.3; font-weight: 650; }
p { margin: 0 0 14px; white-space: pre-line; overflow-wrap: anywhere; }
.remark { margin: 0 0 18px; padding: 12px 16px; border-left: 4px solid #b45309; background: #fdf6ec; }
.remark strong { display: block; font-size: 13px; color: #8a3f06; }
.button { display: inline-block; margin: 6px 0 10px; padding: 12px 20px; background: #0b6b4f; color: #ffffff; text-decoration: none; font-weight: 600; border-radius: 4px; }
.foot { padding: 18px 32px 28px; border-top: 1px solid #dfe4dd; font: 13px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #55645d; }
.foot p { margin: 0 0 6px; }
.foot a { color: #0b6b4f; }
@media (prefers-color-scheme: dark) {
  body { background: #0e1512; color: #e6ece8; }
  .sheet { background: #17211c; border-top-color: #3fbf93; }
  .label, .foot a { color: #5fd0a8; }
  .remark { background: #2b2214; }
  .remark strong { color: #f0b46a; }
  .button { background: #3fbf93; color: #06130d; }
  .foot { border-top-color: #2c3932; color: #a3b1aa; }
}
@media (max-width: 480px) { .inner, .foot { padding-left: 20px; padding-right: 20px; } h1 { font-size: 21px; } }
`;

const Page = ({
  language,
  title,
  children,
}: {
  language: string;
  title: string;
  children: ComponentChildren;
}) => (
  <html lang={language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
    <body>
      <article class="sheet" aria-roledescription="email" lang={language}>
        {children}
      </article>
    </body>
  </html>
);

const Mail = ({ language, label, title, paragraphs, remark, button, footer, manage }: MailText) => (
  <Page language={language} title={title}>
    <div class="inner">
      <p class="label">{label}</p>
      <h1>{title}</h1>
      {remark && (
        <div class="remark">
          <strong>{remark.title}</strong>
          {remark.text}
        </div>
      )}
      {paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {button && (
        <a class="button" href={button.url}>
          {button.title}
        </a>
      )}
    </div>
    <div class="foot">
      {footer.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {manage && (
        <p>
          <a href={manage.url}>{manage.title}</a>
        </p>
      )}
    </div>
  </Page>
);

export const mailHtml = (text: MailText): string => `<!doctype html>${render(<Mail {...text} />)}`;

/** The same for readers without HTML. */
export const mailPlainText = ({
  label,
  title,
  paragraphs,
  remark,
  button,
  footer,
  manage,
}: MailText): string =>
  [
    label,
    title,
    ...(remark ? [`${remark.title}: ${remark.text}`] : []),
    ...paragraphs,
    ...(button ? [`${button.title}: ${button.url}`] : []),
    '-- ',
    ...footer,
    ...(manage ? [`${manage.title}: ${manage.url}`] : []),
  ].join('\n\n');

export const labelOf = (
  words: MailWords,
  kind: string,
  change: 'published' | 'corrected' | 'retracted',
): string => [words.kinds[kind] ?? kind, ...(change === 'published' ? [] : [words[change]])].join(' · ');
