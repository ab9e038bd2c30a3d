import { createHash } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import { announcementKinds } from '../../shared/contract/announcements.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import { type PageWords, pageWords } from './words.ts';

/** What its owner sees of a subscription. */
export interface SubscriptionView {
  readonly event: string;
  readonly status: keyof PageWords['status'];
  readonly endpoint: string;
  readonly language: string;
  readonly languages: readonly string[];
  readonly kinds?: readonly string[] | undefined;
}

const STYLE = `:root{color-scheme:light dark;--ink:#14201b;--paper:#fff;--line:#cfd6d1;--accent:#0b6b4f;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6ece8;--paper:#121a16;--line:#35423b;--accent:#5fd0a8;--on:#06130d}}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.6rem;line-height:1.25}
section{margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--line)}
fieldset{border:0;padding:0;margin:1rem 0}legend,.label{display:block;font-weight:600;margin-bottom:.35rem}
.choice{display:flex;gap:.6rem;align-items:center;min-height:2.75rem}.choice input{width:1.25rem;height:1.25rem}
select{font:inherit;padding:.55rem;width:100%;max-width:16rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.2rem;border:2px solid var(--accent);border-radius:4px;background:var(--accent);color:var(--on);cursor:pointer}
button.plain{background:transparent;color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

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
      <meta name="robots" content="noindex" />
      <meta name="referrer" content="no-referrer" />
      <title>{title}</title>
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
    <body>
      <main>{children}</main>
    </body>
  </html>
);

const languageName = (language: string): string =>
  new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;

const Choices = ({ subscription, words }: { subscription: SubscriptionView; words: PageWords }) => (
  <form method="post">
    <input type="hidden" name="action" value="change" />
    <label class="label" for="language">
      {words.language}
    </label>
    <select id="language" name="language">
      {subscription.languages.map((language) => (
        <option key={language} value={language} selected={language === subscription.language}>
          {languageName(language)}
        </option>
      ))}
    </select>
    <fieldset>
      <legend>{words.kinds}</legend>
      <p>{words.kindsHint}</p>
      {announcementKinds.map((kind) => (
        <label class="choice" key={kind}>
          <input
            type="checkbox"
            name="kinds"
            value={kind}
            checked={subscription.kinds?.includes(kind) ?? false}
          />
          {words.kind[kind] ?? kind}
        </label>
      ))}
    </fieldset>
    <button type="submit">{words.save}</button>
  </form>
);

const Subscription = (subscription: SubscriptionView) => {
  const words = pageWords(subscription.language);
  return (
    <Page language={subscription.language} title={words.title}>
      <h1>{words.title}</h1>
      <p role="status">{words.status[subscription.status]}</p>
      <p>
        {words.to}: <strong>{subscription.endpoint}</strong>
      </p>
      {subscription.status !== 'confirmed' && (
        <form method="post">
          <button type="submit" name="action" value="confirm">
            {words.confirm}
          </button>
        </form>
      )}
      <section>
        <Choices subscription={subscription} words={words} />
      </section>
      <section>
        <form method="post">
          <p>{words.endHint}</p>
          <button class="plain" type="submit" name="action" value="end">
            {words.end}
          </button>
        </form>
      </section>
    </Page>
  );
};

const Ended = ({ language }: { language: string }) => {
  const words = pageWords(language);
  return (
    <Page language={language} title={words.ended}>
      <h1>{words.ended}</h1>
      <p role="status">{words.endedHint}</p>
    </Page>
  );
};

/** No script and nothing of anybody else's; forms go to this very address. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const html = (content: string): Answer => ({ status: 200, text: `<!doctype html>${content}`, headers });

/** A subscription as a page that works without script: what its mails link to. */
export const subscriptionPage = (subscription: SubscriptionView): Answer =>
  html(render(<Subscription {...subscription} />));

export const endedPage = (language: string): Answer => html(render(<Ended language={language} />));
