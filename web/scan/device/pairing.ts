import type { ApiClient } from '../../../shared/client/api.ts';
import type { Database, Pairing } from './database.ts';
import type { Vault } from './vault.ts';

/** Scans of another event wait on the device: they can only be sent by a device of that event. */
export class ScansWaitElsewhere extends Error {
  override readonly name = 'ScansWaitElsewhere';
  readonly event: string;
  readonly waiting: number;

  constructor(event: string, waiting: number) {
    super(`${waiting} scans of ${event} wait on this device`);
    this.event = event;
    this.waiting = waiting;
  }
}

/**
 * The pairing code of what was read or opened: a link carries it in its fragment, which no server is sent
 * (`…/scan#pair=CODE`); else the text is the code itself.
 */
export const pairingCodeOf = (text: string): string => {
  const [, fragment] = text.split('#');
  return (fragment === undefined ? text : (new URLSearchParams(fragment).get('pair') ?? '')).trim();
};

/** What the device is paired as; its token rests sealed. */
export const pairingStore = (db: Database, { seal, open }: Vault) => ({
  read: (): Promise<Pairing | undefined> => db.get('pairing', 'device'),
  token: (pairing: Pairing): Promise<string> => open(pairing.token),
  /**
   * Exchanges the code for the device's token. Scans that wait are sent by the new device: whoever is re-paired
   * after being signed off loses nothing.
   * @throws ScansWaitElsewhere, ApiProblem, ApiUnreachable
   */
  pair: async (api: ApiClient, pairingCode: string): Promise<Pairing> => {
    const { body } = await api.call('POST /v1/devices/pair', { body: { pairingCode } });
    const waiting = await db.getAll('queue');
    const elsewhere = waiting.filter(({ event, state }) => event !== body.event && state !== 'asked');
    const [first] = elsewhere;
    if (first) throw new ScansWaitElsewhere(first.event, elsewhere.length);
    const { deviceId, name, event, role } = body;
    const pairing: Pairing = { deviceId, name, event, role, token: await seal(body.token) };
    const tx = db.transaction(['pairing', 'knowledge'], 'readwrite');
    await Promise.all([
      tx.objectStore('pairing').put(pairing, 'device'),
      tx.objectStore('knowledge').clear(),
      tx.done,
    ]);
    return pairing;
  },
});
