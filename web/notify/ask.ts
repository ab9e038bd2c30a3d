import type { ApiClient } from '../../shared/client/api.ts';

const WORKER = '/notify-worker.js';
const SCOPE = '/notify';

export type Asked = 'asked' | 'denied' | 'impossible';

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );

export const canNotify = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

/**
 * Asks the person, then the browser's push service, then the API. To be called by a tap: browsers answer no to pages
 * that ask by themselves.
 * @throws ApiProblem, ApiUnreachable, and what the push service says
 */
export const askToNotify = async (api: ApiClient, event: string, language: string): Promise<Asked> => {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const params = { event };
  const { body } = await api.call('GET /v1/events/{event}/subscriptions/channels', { params });
  const key = body.channels.find(({ protocol }) => protocol === 'push')?.applicationServerKey;
  if (key === undefined) return 'impossible';
  await navigator.serviceWorker.register(`${WORKER}?language=${language}`, { scope: SCOPE });
  const worker = await navigator.serviceWorker.ready;
  const { endpoint, keys } = (
    await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) })
  ).toJSON();
  await api.call('POST /v1/events/{event}/subscriptions', {
    params,
    body: {
      protocol: 'push',
      endpoint: {
        endpoint: endpoint ?? '',
        keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
      },
      language: body.languages.find((each) => each.startsWith(language)) ?? body.languages[0] ?? language,
    },
  });
  return 'asked';
};
