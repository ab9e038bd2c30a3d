import { announcementKinds } from '../../shared/contract/announcements.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type {
  changeSubscription,
  endSubscription,
  readSubscription,
  submitSubscription,
} from '../../shared/contract/subscriptions.ts';
import { rotated } from '../../shared/domain/subscriber.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { SubscriberKeys, TokenClaims } from '../../shared/runtime/subscriber-keys.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type {
  Subscriber,
  SubscriberChange,
  SubscriberStore,
} from '../../shared/store/subscribers/subscribers.ts';

import { endedPage, subscriptionPage } from './page.tsx';

export interface ManageDeps {
  /** @throws {UnknownEventError} */
  readonly event: (event: string) => Promise<Pick<EventRecord, 'languages'>>;
  readonly subscribers: Pick<SubscriberStore, 'get' | 'change' | 'remove'>;
  readonly keys: () => Promise<SubscriberKeys>;
  readonly clock: () => number;
}

/** A token of ours for what is gone and one that is invented are answered alike. */
const unknown = () =>
  new Problem(
    'not-found',
    'There is no such subscription: it was ended, never confirmed, or the link is incomplete',
  );

/** Enough for its owner to know it, too little for anyone else. */
const masked = (endpoint: string, channel: Subscriber['channel']): string => {
  if (channel === 'email') return endpoint.replace(/^(.).*@/, '$1…@');
  return new URL(channel === 'push' ? JSON.parse(endpoint).endpoint : endpoint).host;
};

const view = (
  keys: SubscriberKeys,
  { event }: TokenClaims,
  subscriber: Subscriber,
  languages: readonly string[],
) => ({
  subscriptionId: subscriber.subscriptionId,
  event,
  protocol: subscriber.channel,
  status: subscriber.status,
  endpoint: masked(keys.open(subscriber.endpoint, subscriber.subscriptionId), subscriber.channel),
  language: subscriber.language,
  languages,
  ...(subscriber.kinds && { kinds: subscriber.kinds }),
  ...(subscriber.topics && { topics: subscriber.topics }),
});

const badField = (pointer: string, detail: string): Problem =>
  new Problem('validation', `The body is not valid: ${pointer} ${detail}`, { errors: [{ pointer, detail }] });

const badLanguage = (languages: readonly string[]): Problem =>
  badField('/language', `must be a language of the event: ${languages.join(', ')}`);

/** What its owner does with a subscription; the token in the path is all that it takes. */
export const manageSubscription = ({ event: loadEvent, subscribers, keys, clock }: ManageDeps) => {
  const claimsOf = async (token: string): Promise<TokenClaims> => {
    const claims = (await keys()).readToken(token);
    if (!claims) throw unknown();
    return claims;
  };
  const found = async (token: string) => {
    const claims = await claimsOf(token);
    const [subscriber, event] = await Promise.all([
      subscribers.get(claims.event, claims.subscriptionId),
      loadEvent(claims.event),
    ]);
    if (!subscriber) throw unknown();
    return { claims, subscriber, languages: event.languages };
  };
  const end = async (token: string): Promise<Answer> => {
    const { event, subscriptionId } = await claimsOf(token);
    await subscribers.remove(event, subscriptionId);
    return { status: 204 };
  };

  const apply = async (
    token: string,
    changeOf: (subscriber: Subscriber, languages: readonly string[]) => SubscriberChange,
  ) => {
    const { claims, subscriber, languages } = await found(token);
    const changed = await subscribers.change(
      claims.event,
      claims.subscriptionId,
      changeOf(subscriber, languages),
    );
    if (!changed) throw unknown();
    return { claims, changed, languages, keys: await keys() };
  };

  return {
    read: async ({ params, headers }: CallOf<typeof readSubscription>): Promise<Answer> => {
      const { claims, subscriber, languages } = await found(params.token);
      const shown = view(await keys(), claims, subscriber, languages);
      return wantsPage(headers) ? subscriptionPage(shown) : { status: 200, body: shown };
    },

    change: async ({ params, body }: CallOf<typeof changeSubscription>): Promise<Answer> => {
      const done = await apply(params.token, (subscriber, languages) =>
        wished(body, subscriber, languages, clock()),
      );
      const { event, subscriptionId } = done.claims;
      const secret = done.keys.webhookSecret(event, subscriptionId, done.changed.secretVersion);
      const shown = view(done.keys, done.claims, done.changed, done.languages);
      return { status: 200, body: { ...shown, ...(body.rotateSecret && { secret }) } };
    },

    /** Ending it twice is the same as once. */
    end: ({ params }: CallOf<typeof endSubscription>): Promise<Answer> => end(params.token),

    /** The page's forms, and mail programs, which post without a person (RFC 8058). */
    submit: async ({ params, text, headers }: CallOf<typeof submitSubscription>): Promise<Answer> => {
      const page = wantsPage(headers);
      const form = new URLSearchParams(text);
      const action = isOneClick(text) ? 'end' : form.get('action');
      if (action === 'end') {
        await end(params.token);
        const [language = 'en'] = (headers['accept-language'] ?? '').split(/[,;]/);
        return page ? endedPage(language || 'en') : { status: 200, body: { status: 'ended' } };
      }
      if (action !== 'confirm' && action !== 'change') {
        const detail = 'must be List-Unsubscribe=One-Click, or action=confirm, change or end';
        throw new Problem('validation', `The body is not valid: it ${detail}`, {
          errors: [{ pointer: '', detail }],
        });
      }
      const done = await apply(params.token, (_subscriber, languages) =>
        action === 'confirm' ? { status: 'confirmed' } : chosen(form, languages),
      );
      const shown = view(done.keys, done.claims, done.changed, done.languages);
      return page ? subscriptionPage(shown) : { status: 200, body: { status: shown.status } };
    },
  };
};

/** What a PATCH says. */
const wished = (
  body: CallOf<typeof changeSubscription>['body'],
  subscriber: Subscriber,
  languages: readonly string[],
  now: number,
): SubscriberChange => {
  if (body.language !== undefined && !languages.includes(body.language)) throw badLanguage(languages);
  if (body.rotateSecret && subscriber.channel !== 'webhook')
    throw badField(
      '/rotateSecret',
      `must be left out: only a webhook has a secret, and this is ${subscriber.channel}`,
    );
  return {
    ...(body.status && { status: body.status }),
    ...(body.language !== undefined && { language: body.language }),
    ...(body.kinds !== undefined && { kinds: body.kinds ?? undefined }),
    ...(body.topics !== undefined && { topics: body.topics ?? undefined }),
    ...(body.rotateSecret && rotated(subscriber, now)),
  };
};

const wantsPage = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  /\btext\/html\b/.test(headers['accept'] ?? '');

/** Form-encoded or multipart, as mail programs like. */
const isOneClick = (text: string): boolean => /List-Unsubscribe["\s=]*\s*One-Click/i.test(text);

/** What the form's fields say; no kind chosen is every kind. */
const chosen = (form: URLSearchParams, languages: readonly string[]): SubscriberChange => {
  const language = form.get('language') ?? '';
  if (!languages.includes(language)) throw badLanguage(languages);
  const wanted = form.getAll('kinds');
  const kinds = announcementKinds.filter((kind) => wanted.includes(kind));
  return { language, kinds: kinds.length > 0 ? kinds : undefined };
};
