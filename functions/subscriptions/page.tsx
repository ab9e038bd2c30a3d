import { announcementKinds } from '../../shared/contract/announcements.ts';
import { languageName, Page, pageAnswer } from '../../shared/runtime/html-page.tsx';
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

/** A subscription as a page that works without script: what its mails link to. */
export const subscriptionPage = (subscription: SubscriptionView): Answer =>
  pageAnswer(<Subscription {...subscription} />);

export const endedPage = (language: string): Answer => pageAnswer(<Ended language={language} />);
