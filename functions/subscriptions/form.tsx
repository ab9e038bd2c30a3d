import { Problem, parse } from '../../shared/contract/problem.ts';
import type { subscribeForm } from '../../shared/contract/public-pages.ts';
import { createSubscription } from '../../shared/contract/subscriptions.ts';
import { Page, pageAnswer } from '../../shared/runtime/html-page.tsx';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { subscriptions } from './subscriptions.ts';
import { pageWords } from './words.ts';

/** A form's fields as the API takes them. */
const bodyOf = (form: URLSearchParams) => {
  const kinds = form.getAll('kinds');
  return parse(
    createSubscription.body,
    {
      protocol: form.get('protocol') ?? '',
      endpoint: form.get('endpoint') ?? '',
      language: form.get('language') ?? '',
      ...(kinds.length > 0 && { kinds }),
    },
    'The form',
  );
};

/** The form on the announcements' page: the same wish and the same answer as in the API, as a page. */
export const subscribeByForm =
  ({ create }: Pick<ReturnType<typeof subscriptions>, 'create'>) =>
  async ({ params, text, sourceIp, headers }: CallOf<typeof subscribeForm>): Promise<Answer> => {
    const form = new URLSearchParams(text);
    const language = form.get('language') ?? 'en';
    const words = pageWords(language);
    const back = `/announcements/${params.event}?language=${encodeURIComponent(language)}`;
    const page = (title: string, detail: string, status: number) =>
      pageAnswer(
        <Page language={language} title={title}>
          <h1>{title}</h1>
          <p role="status">{detail}</p>
          <p>
            <a href={back}>{words.back}</a>
          </p>
        </Page>,
        status,
      );
    try {
      await create({ params, body: bodyOf(form), sourceIp, headers });
      return page(words.asked, words.askedHelp, 200);
    } catch (error) {
      if (error instanceof Problem && error.status < 500)
        return page(words.refused, error.message, error.status);
      throw error;
    }
  };
