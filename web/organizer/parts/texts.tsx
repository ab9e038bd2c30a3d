import type { ApiBody } from '../../../shared/client/api.ts';
import type { AnnouncementContent } from '../../../shared/domain/announcement.ts';
import { useOrganizer } from '../context.ts';

export type Announcement = ApiBody<'GET /v1/events/{event}/announcements'>['items'][number];

const languages = ['en', 'zh'] as const;
/** What languages call themselves. */
export const languageNames: Readonly<Record<string, string>> = { en: 'English', zh: '中文' };

export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

/** Texts by language; a language in which nothing stands is not there, one that lacks something is left to the API. */
export const contentOf = (form: FormData, id: string) =>
  Object.fromEntries(
    languages.flatMap((code) => {
      const [title = '', body = '', url] = ['title', 'body', 'url'].map((name) =>
        textOf(form, `${id}${name}-${code}`),
      );
      return title || body || url ? [[code, { title, body, ...(url && { url }) }]] : [];
    }),
  );

/** The same as a merge patch: what was emptied is taken away. */
export const contentPatchOf = (form: FormData, id: string, before: Announcement['content']) => {
  const after = contentOf(form, id);
  const gone = Object.keys(before).filter((code) => languages.some((each) => each === code) && !after[code]);
  const changed = Object.entries(after).map(([code, text]) => [code, { url: null, ...text }]);
  return Object.fromEntries([...gone.map((code) => [code, null]), ...changed]);
};

/** Of what is retracted only titles are left. */
export const wholeTexts = (content: Announcement['content']): AnnouncementContent =>
  Object.fromEntries(
    Object.entries(content).flatMap(([code, { body, ...text }]) =>
      body === undefined ? [] : [[code, { ...text, body }]],
    ),
  );

/** Two languages side by side. @param id what the names of the fields begin with */
export const Texts = ({ id, content = {} }: { id: string; content?: Announcement['content'] }) => {
  const { words } = useOrganizer();
  return (
    <div class="pair">
      {languages.map((code) => {
        const [title, body, url] = ['title', 'body', 'url'].map((name) => `${id}${name}-${code}`);
        const text = content[code];
        return (
          <fieldset key={code} lang={code}>
            <legend>{languageNames[code]}</legend>
            <div class="field">
              <label for={title}>{words.headline}</label>
              <input
                id={title}
                name={title}
                maxLength={300}
                required={code === 'en'}
                defaultValue={text?.title}
              />
            </div>
            <div class="field">
              <label for={body}>{words.body}</label>
              <textarea
                id={body}
                name={body}
                maxLength={20_000}
                required={code === 'en'}
                defaultValue={text?.body}
              />
            </div>
            <div class="field">
              <label for={url}>{words.link}</label>
              <input id={url} name={url} type="url" maxLength={2000} defaultValue={text?.url} />
            </div>
          </fieldset>
        );
      })}
    </div>
  );
};
