import { apiClient } from '../../../shared/client/api.ts';
import { type Database, openDatabase, type Pairing, vaultKeys } from '../device/database.ts';
import { knowledgeKeeper } from '../device/knowledge.ts';
import { pairingStore } from '../device/pairing.ts';
import { scanQueue } from '../device/queue.ts';
import { type ServerClock, serverClock } from '../device/server-clock.ts';
import { makeVaultKeys, vault } from '../device/vault.ts';
import { judge } from '../door/judge.ts';
import { link } from '../door/link.ts';
import { practiceDoor } from '../door/practice.ts';
import { UPLOADING, uploader } from '../door/uploader.ts';
import { sessionNow } from './session-now.ts';
import type { DeviceFacts } from './state.ts';
import type { Store } from './store.ts';
import { troubleText, wordsOf } from './words.ts';

/** Whoever waits at the door gets the phone's own verdict after this, ms. */
const LIVE_TIMEOUT_MS = 1_500;
const UPLOAD_TIMEOUT_MS = 20_000;

/** What is kept on this device, opened. */
export const openDevice = async () => {
  // Opened anew by a page that begins anew.
  const db = await openDatabase(() => window.location.reload());
  const safe = vault(await vaultKeys(db, makeVaultKeys));
  return { db, queue: scanQueue(db, safe), pairings: pairingStore(db, safe) };
};
type OpenDevice = Awaited<ReturnType<typeof openDevice>>;

export const factsOf = ({ deviceId, name, event, role }: Pairing): DeviceFacts => ({
  name: name ?? deviceId,
  event,
  role,
});

/** Says the language of the page, which need not be the browser's, and hears what time it is there. */
const speaking =
  (store: Store, { heard }: ServerClock) =>
  async (url: string, init: { readonly headers: Record<string, string> }) => {
    const askedAt = Date.now();
    const headers = { ...init.headers, 'accept-language': languageOf(store) };
    const response = await fetch(url, { ...init, headers });
    heard(response.headers.get('date'), askedAt);
    return response;
  };

const languageOf = (store: Store) => wordsOf(store.state().settings).language;

const clockOf = async (db: Database, store: Store): Promise<ServerClock> => {
  const tell = (aheadMs: number) => store.dispatch({ kind: 'clock', aheadMs });
  const kept = await db.get('knowledge', 'scanner');
  const server = serverClock(Date.now, tell, kept?.aheadMs);
  tell(server.aheadMs());
  return server;
};

/** @returns ends it */
const watchNetwork = ({ kick, lost }: Pick<ReturnType<typeof link>, 'kick' | 'lost'>) => {
  const onVisible = () => document.visibilityState === 'visible' && kick();
  window.addEventListener('online', kick);
  window.addEventListener('offline', lost);
  document.addEventListener('visibilitychange', onVisible);
  return (): void => {
    window.removeEventListener('online', kick);
    window.removeEventListener('offline', lost);
    document.removeEventListener('visibilitychange', onVisible);
  };
};

/** The paired device at work: decides scans and keeps in touch with the server. */
export const startDevice = async ({ db, queue, pairings }: OpenDevice, pairing: Pairing, store: Store) => {
  const token = await pairings.token(pairing);
  const { event } = pairing;
  const server = await clockOf(db, store);
  const clocks = { clock: Date.now, serverTime: server.timeOf };
  const channel = new BroadcastChannel('turnout-scan');
  const client = (timeoutMs: number) =>
    apiClient({ baseUrl: '', token, timeoutMs, fetch: speaking(store, server) });
  const background = client(UPLOAD_TIMEOUT_MS);
  const { upload } = uploader({ queue, api: background, event: () => event, ...clocks });

  const scanner = await knowledgeKeeper({
    db,
    api: background,
    event,
    waiting: queue.waiting,
    tell: (knowledge, confirmedAt) => store.dispatch({ kind: 'knowledge', knowledge, confirmedAt }),
    clock: server,
  });

  const connection = link({
    upload: () => navigator.locks.request(UPLOADING, upload),
    refresh: scanner.refresh,
    counts: async () => ({ waiting: await queue.waiting(), unrecordable: await queue.unrecordable() }),
    changed: (state) => {
      store.dispatch({ kind: 'link', link: state });
      void showOccupancy();
    },
    clock: server.now,
  });
  const showOccupancy = async () => {
    await door.kept();
    const session = sessionNow(store.state());
    const occupancy = session && (await queue.occupancy(session.sessionId));
    store.dispatch({ kind: 'occupancy', occupancy: occupancy ?? null });
  };

  const door = judge({
    queue,
    api: client(LIVE_TIMEOUT_MS),
    patientApi: background,
    knowledge: scanner.known,
    language: () => languageOf(store),
    live: () => connection.state().live,
    lost: connection.lost,
    signedOff: connection.signedOff,
    queued: () => {
      connection.lost();
      // Other tabs of this phone have to wait for these scans too.
      channel.postMessage('queued');
    },
    alone: (work) => navigator.locks.request('turnout-scan-decide', work),
    thisPhone: () => pairing.name ?? wordsOf(store.state().settings).words.thisPhone,
    whyNot: (error) => troubleText(wordsOf(store.state().settings).words, error),
    ...clocks,
  });
  channel.addEventListener('message', connection.lost);
  const unwatched = watchNetwork(connection);
  connection.kick();

  return {
    ...door,
    practise: practiceDoor(scanner.known, () => languageOf(store), server.now),
    api: background,
    event,
    showOccupancy,
    sendNow: connection.kick,
    unrecordable: () => queue.oldest('unrecordable', 100),
    forget: (scanIds: readonly string[]) => queue.forget(scanIds).then(connection.kick),
    stop: () => {
      connection.stop();
      channel.close();
      unwatched();
    },
  };
};
export type RunningDevice = Awaited<ReturnType<typeof startDevice>>;
