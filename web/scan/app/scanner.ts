import { ApiProblem, ApiUnreachable, apiClient } from '../../../shared/client/api.ts';
import type { Settings } from '../device/database.ts';
import { pairingCodeOf, ScansWaitElsewhere } from '../device/pairing.ts';
import type { Verdict } from '../door/verdict.ts';
import type { Newcomer, WalkIn } from '../door/walk-in.ts';
import { decider } from './decider.ts';
import { factsOf, openDevice, type RunningDevice, startDevice } from './device.ts';
import { onlyChoice } from './session-now.ts';
import { signals } from './signals.ts';
import { firstSettings, type PairingProblem, type Sheet, takesReadings } from './state.ts';
import type { Store } from './store.ts';

const PAIR_TIMEOUT_MS = 10_000;

const problemOf = (error: unknown): PairingProblem => {
  if (error instanceof ScansWaitElsewhere)
    return { kind: 'waiting', event: error.event, count: error.waiting };
  if (error instanceof ApiUnreachable) return { kind: 'no-network' };
  if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429)
    return { kind: 'refused' };
  return { kind: 'failed', error };
};

/** What is asked of the running device, if there is one. */
const withServer = (device: () => RunningDevice | undefined) => ({
  search: async (text: string) => {
    const running = device();
    if (!running) return [];
    const call = { params: { event: running.event }, query: { search: text, limit: 20 } };
    return (await running.api.call('GET /v1/events/{event}/badges', call)).body.items;
  },
  walkIn: async (newcomer: Newcomer): Promise<WalkIn> => {
    const running = device();
    if (!running) throw new Error('This phone is not paired');
    const made = await running.walkIn(newcomer);
    void running.showOccupancy();
    return made;
  },
  countHeads: async (session: string, count: number) => {
    const running = device();
    if (!running) throw new Error('This phone is not paired');
    const call = { params: { event: running.event, session }, body: { count } };
    return (await running.api.call('POST /v1/events/{event}/sessions/{session}/head-counts', call)).body;
  },
  unrecordable: () => device()?.unrecordable() ?? Promise.resolve([]),
  forgetUnrecordable: async (scanIds: readonly string[]): Promise<void> => device()?.forget(scanIds),
});

/** What people do with the page. @throws where the browser lets it keep nothing */
export const openScanner = async (store: Store) => {
  const opened = await openDevice();
  const { db, pairings } = opened;
  let device: RunningDevice | undefined;
  const signal = signals();
  const pairedTabs = new BroadcastChannel('turnout-scan-paired');
  pairedTabs.addEventListener('message', () => window.location.reload());
  const decide = decider(store, () => device, signal.play);

  const settings = (change: Partial<Settings>): void => {
    store.dispatch({ kind: 'settings', change });
    void db.put('settings', store.state().settings, 'page').catch(() => undefined);
    void device?.showOccupancy();
  };

  const start = async (pairing: Awaited<ReturnType<typeof pairings.pair>>): Promise<void> => {
    device?.stop();
    device = await startDevice(opened, pairing, store);
  };

  const pair = async (text: string): Promise<void> => {
    store.dispatch({ kind: 'pairing-began' });
    try {
      const api = apiClient({ baseUrl: '', timeoutMs: PAIR_TIMEOUT_MS });
      const pairing = await pairings.pair(api, pairingCodeOf(text));
      // One phone is one door: its other tabs begin anew as this one.
      pairedTabs.postMessage('paired');
      store.dispatch({ kind: 'paired', device: factsOf(pairing) });
      settings({});
      // The scans of a door are worth more than what the browser would free its space for.
      void navigator.storage?.persist?.();
      await start(pairing);
    } catch (error) {
      store.dispatch({ kind: 'pairing-failed', problem: problemOf(error) });
    }
  };

  const known = await pairings.read();
  store.dispatch({
    kind: 'opened',
    device: known ? factsOf(known) : null,
    settings: { ...firstSettings, ...(await db.get('settings', 'page')) },
  });
  store.subscribe(({ knowledge, settings: { choice } }) => {
    const only = knowledge && choice === null ? onlyChoice(knowledge) : null;
    if (only) settings({ choice: only });
  });
  if (known) await start(known);

  return {
    pair,
    /** A code that was read. While a sheet is open the camera is not heard. */
    read: (code: string, by: 'camera' | 'keyboard'): void => {
      const { phase, link } = store.state();
      if (phase === 'unpaired' || (phase === 'ready' && link.signedOff)) return void pair(code);
      if (by === 'keyboard') store.dispatch({ kind: 'sheet', sheet: null });
      if (takesReadings(store.state())) decide(code);
    },
    typed: (code: string): void => {
      store.dispatch({ kind: 'sheet', sheet: null });
      decide(code);
    },
    override: ({ code, sessionId, direction }: Verdict, reason: string): void => {
      store.dispatch({ kind: 'sheet', sheet: null });
      decide(code, { sessionId, direction, override: { reason } });
    },
    takeBack: async (verdict: Verdict): Promise<void> => {
      await device?.takeBack(verdict, 'taken back at the door');
      store.dispatch({ kind: 'taken-back', scanId: verdict.scanId });
      void device?.showOccupancy();
    },
    dismiss: ({ scanId }: Verdict): void => store.dispatch({ kind: 'verdict-over', scanId }),
    openSheet: (sheet: Sheet | null): void => store.dispatch({ kind: 'sheet', sheet }),
    settings,
    practise: (on: boolean): void => {
      device?.practise.forget();
      store.dispatch({ kind: 'practice', on });
    },
    ...withServer(() => device),
    camera: (camera: ReturnType<Store['state']>['camera']): void =>
      store.dispatch({ kind: 'camera', camera }),
    wakeSound: signal.wake,
    sendNow: (): void => device?.sendNow(),
  };
};
export type Scanner = Awaited<ReturnType<typeof openScanner>>;
