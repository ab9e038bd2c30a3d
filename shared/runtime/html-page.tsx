import { createHash } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import { paragraphsOf } from '../domain/paragraphs.ts';
import { directionOf } from '../domain/text-direction.ts';
import { paletteProperties } from '../look/palette.ts';
import type { Answer } from './http.ts';

/** The look of pages that are rendered here: readable without a script, light and dark, on a phone and on paper. */
const STYLE = `:root{color-scheme:light dark;${paletteProperties}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:17px/1.55 "Helvetica Neue","Segoe UI",Roboto,Arial,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
header.top,main{width:min(46rem,100% - 2.5rem);margin:0 auto}
header.top{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center;padding-top:1rem;border-bottom:3px solid var(--ink)}
header.top strong{flex:1 0 100%;padding:.6rem 0 0}header.top a{display:inline-block;padding:.6rem 0}
main{padding-top:1.75rem;padding-bottom:3rem}h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem;text-wrap:balance}h2{font-size:1.2rem;line-height:1.3;margin:0 0 .4rem}
p{margin:0 0 .8rem;max-width:68ch}a{color:var(--accent);text-underline-offset:.15em}.soft{color:var(--soft)}
ol.list{list-style:none;margin:1.5rem 0;padding:0}ol.list>li{padding:1.1rem 0;border-top:1px solid var(--line)}
.note{border-inline-start:4px solid var(--warn);padding:.4rem .9rem;margin:0 0 1rem;background:var(--sheet)}.note.bad{border-color:var(--bad)}
section{margin-top:2.25rem;padding-top:1.25rem;border-top:1px solid var(--line)}main>section:first-child{margin-top:0;padding-top:0;border:0}
form.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}fieldset{border:0;padding:0;margin:1rem 0}legend{padding:0}legend,.label{display:block;font-weight:600;margin-bottom:.3rem}
.choice{display:flex;gap:.6rem;align-items:center;min-height:2.75rem}.choice input{width:1.25rem;height:1.25rem;margin:0}
.field{margin-bottom:1rem}input:not([type=checkbox],[type=radio]),select{font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--line-strong);border-radius:4px;padding:.5rem .7rem;min-height:2.75rem;width:100%;max-width:26rem}
button,.button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.2rem;border:2px solid var(--accent);border-radius:4px;background:var(--accent);color:var(--on-accent);cursor:pointer}
button.plain{background:transparent;color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;table-layout:fixed;width:100%;background:var(--sheet)}caption{text-align:start;font-weight:700;font-size:1.2rem;padding:1.25rem 0 .5rem}th,td{text-align:start;vertical-align:top;padding:.7rem .75rem;border-top:1px solid var(--line)}thead th{font-size:.85rem;color:var(--soft)}th:first-child{width:30%}th:last-child{width:8.5rem}
.level{white-space:nowrap;font-weight:700}.level.free{color:var(--good)}.level.filling{color:var(--warn)}.level.full{color:var(--bad)}
@media(min-width:1600px){html:has(table){font-size:26px}html:has(table) :is(body,header.top,main){font-size:1rem}html:has(table) :is(header.top,main){width:min(64rem,100% - 2.5rem)}}
@media print{header.top a,form{display:none}}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script and nothing of anybody else's; forms go to where the page is from. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

interface PageProps {
  readonly language: string;
  readonly title: string;
  /** What stands in the head beside: links, Open Graph; without it nobody is to find the page. */
  readonly head?: ComponentChildren;
  /** Above the main part. */
  readonly top?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A whole page. Everything in it is escaped: texts of announcements are text. */
export const Page = ({ language, title, head, top, children }: PageProps) => (
  <html lang={language} dir={directionOf(language)}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <title>{title}</title>
      {head ?? <meta name="robots" content="noindex" />}
      <style dangerouslySetInnerHTML={{ __html: STYLE }} />
    </head>
    <body>
      {top && <header class="top">{top}</header>}
      <main>{children}</main>
    </body>
  </html>
);

/** A text with empty lines between its paragraphs. */
export const Paragraphs = ({ text }: { text: string }) => (
  <>
    {paragraphsOf(text).map((part, index) => (
      <p key={index}>{part}</p>
    ))}
  </>
);

/** A language by its own name. */
export const languageName = (language: string): string =>
  new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;

/** A page as text, and the headers that go with it. */
export const pageOf = (
  page: Parameters<typeof render>[0],
): { text: string; headers: typeof PAGE_HEADERS } => ({
  text: `<!doctype html>${render(page)}`,
  headers: PAGE_HEADERS,
});

export const pageAnswer = (page: Parameters<typeof render>[0], status = 200): Answer => ({
  status,
  ...pageOf(page),
});
