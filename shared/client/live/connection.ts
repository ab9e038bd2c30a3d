import { SUBPROTOCOL } from '../../contract/live.ts';
import type { ApiBody } from '../api.ts';
import { renewing } from './renewing.ts';

/** How a connection ended; `refused` will not get better by trying again. */
export type Ending =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

export type LiveAddress = Pick<
  ApiBody<'GET /v1/events/{event}/live'>,
  'url' | 'channel' | 'authorization' | 'renewInMs'
>;

interface Handlers {
  /** At first, and at each term's new channel. */
  readonly subscribed: (isFirst: boolean) => void;
  readonly event: (event: unknown) => void;
}

/** Until the channel is subscribed to, in ms. */
const SUBSCRIBE_WITHIN_MS = 10_000;
/** As AppSync announces it; a message at least this often, or the connection is dead. */
const DEFAULT_TIMEOUT_MS = 300_000;

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const parse = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** The first error of a message: `{"errors": [{"errorType", "message"}]}`. */
const errorOf = (message: Fields): string => {
  const [first]: readonly unknown[] = Array.isArray(message['errors']) ? message['errors'] : [];
  return isRecord(first) ? String(first['errorType'] ?? first['message'] ?? 'error') : 'error';
};

const isRefusal = (errorType: string): boolean => /unauthorized|forbidden/i.test(errorType);

/** AppSync delivers an event as JSON text; its documentation shows a list of such texts. */
const eventsOf = (event: unknown): unknown[] => (Array.isArray(event) ? event : [event]).map(parse);

/**
 * Watches an event by the protocol of AppSync Events, from channel to channel, until the connection ends.
 * @param ask for the channel of the next term, with the token of then
 * https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html
 */
export const openChannel = (
  first: LiveAddress,
  ask: () => Promise<LiveAddress>,
  { subscribed, event }: Handlers,
): { readonly ended: Promise<Ending>; close(): void } => {
  const { url, authorization } = first;
  const socket = new WebSocket(url, [SUBPROTOCOL, `header-${base64url(JSON.stringify(authorization))}`]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let finish: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    finish = (ending) => {
      clearTimeout(timer);
      stopRenewing?.();
      resolve(ending);
      socket.close();
    };
  });
  const expect = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => finish({ kind: 'lost', reason: `silent for ${ms} ms` }), ms);
  };
  let timeoutMs = DEFAULT_TIMEOUT_MS;
  let stopRenewing: (() => void) | undefined;
  let subscriptions = 0;
  /** Subscriptions that are to be left when there is a newer one. */
  const held = new Set<string>();
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  const subscribe = ({ channel, authorization }: LiveAddress) => {
    subscriptions += 1;
    say({ type: 'subscribe', id: `counts-${subscriptions}`, channel, authorization });
  };

  const receive = (message: Fields): void => {
    switch (message['type']) {
      case 'connection_ack':
        timeoutMs = Number(message['connectionTimeoutMs'] ?? DEFAULT_TIMEOUT_MS);
        subscribe(first);
        return;
      case 'subscribe_success':
        for (const id of held) say({ type: 'unsubscribe', id });
        held.clear();
        held.add(String(message['id']));
        subscribed(!stopRenewing);
        stopRenewing ??= renewing(first.renewInMs, ask, subscribe, (reason) =>
          finish({ kind: 'lost', reason }),
        );
        return;
      case 'data':
        for (const each of eventsOf(message['event'])) event(each);
        return;
      case 'connection_error':
      case 'subscribe_error':
      case 'error': {
        const reason = errorOf(message);
        finish({ kind: isRefusal(reason) ? 'refused' : 'lost', reason });
        return;
      }
    }
  };

  expect(SUBSCRIBE_WITHIN_MS);
  socket.onopen = () => say({ type: 'connection_init' });
  socket.onmessage = ({ data }) => {
    const message = parse(data);
    if (isRecord(message)) receive(message);
    if (stopRenewing) expect(timeoutMs);
  };
  socket.onerror = () => finish({ kind: 'lost', reason: 'the connection failed' });
  socket.onclose = () => finish({ kind: 'lost', reason: 'the connection was closed' });
  return { ended, close: () => finish({ kind: 'lost', reason: 'closed by us' }) };
};
