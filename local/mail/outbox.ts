import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { LocalPage } from '../http/local-pages.ts';

/** Newest mails that the page lists. */
const MAX_LISTED = 200;
const NAME = /^[A-Za-z0-9.-]+\.eml$/;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8884}@media(max-width:40rem){td{overflow-wrap:anywhere}}';

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>${body}`;

const list = async (folder: string): Promise<string> => {
  const names = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
  const rows = await Promise.all(
    names.slice(0, MAX_LISTED).map(async (name) => {
      const { subject = '(no subject)', to, date } = await PostalMime.parse(readFileSync(join(folder, name)));
      const reader = to?.[0]?.address ?? '';
      return `<tr><td>${escaped(date?.slice(0, 16).replace('T', ' ') ?? '')}<td>${escaped(reader)}<td><a href="/local/outbox?mail=${name}">${escaped(subject)}</a>`;
    }),
  );
  const shown = names.length > MAX_LISTED ? `<p>The newest ${MAX_LISTED} of ${names.length}.</p>` : '';
  return page(
    'Outbox',
    rows.length === 0
      ? '<p>No mail has been sent by this host.</p>'
      : `${shown}<table><tr><th>Sent<th>To<th>Subject</tr>${rows.join('')}</table>`,
  );
};

/** Mails are other people's HTML: shown without script and without reach. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups";

/** What this host would have mailed: a list, and each mail as its reader sees it. */
export const outboxPage =
  (folder: string): LocalPage =>
  async (_incoming, outgoing, url) => {
    const name = url.searchParams.get('mail');
    const respond = (status: number, body: string) => {
      outgoing.writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      });
      outgoing.end(body);
    };
    if (name === null) return respond(200, await list(folder));
    const file = join(folder, name);
    if (!NAME.test(name) || !existsSync(file)) return respond(404, page('No such mail', ''));
    const { html, text = '' } = await PostalMime.parse(readFileSync(file));
    respond(200, html ?? page('Mail', `<pre>${escaped(text)}</pre>`));
  };
