import { useState } from 'preact/hooks';
import encodeQR from 'qr';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, count } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { type Device, isSilent } from '../store/device.ts';
import { Trouble, TroubleNote } from './trouble.tsx';

type Pairing = ApiBody<'POST /v1/events/{event}/devices'>;

const EVERY_MS = 10_000;

/** The code travels in the fragment, which no server and no log ever sees. */
const pairingLink = (code: string): string => `${location.origin}/scan#pair=${encodeURIComponent(code)}`;

const Pair = ({ pairing, onDone }: { pairing: Pairing; onDone: () => void }) => {
  const { words } = useOrganizer();
  const link = pairingLink(pairing.pairingCode);
  return (
    <div class="sheet pairing" aria-live="polite">
      <img
        alt={words.pairingQr}
        src={`data:image/svg+xml,${encodeURIComponent(encodeQR(link, 'svg'))}`}
        width="220"
        height="220"
      />
      <div>
        <h2>{words.pairTitle}</h2>
        <p>{words.pairHelp}</p>
        <p class="code">{pairing.pairingCode}</p>
        <p class="soft">{words.validUntil(clock(pairing.expiresAt))}</p>
        <p>
          <a href={link}>{words.pairHere}</a>
        </p>
        <button type="button" onClick={onDone}>
          {words.done}
        </button>
      </div>
    </div>
  );
};

const NewDoor = ({ onPairing }: { onPairing: (pairing: Pairing) => void }) => {
  const { words, api, event, board } = useOrganizer();
  const [trouble, setTrouble] = useState<unknown>();
  const create = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const form = new FormData(submit.currentTarget);
    const session = String(form.get('session') ?? '');
    const role = form.get('role') === 'supervisor' ? 'supervisor' : 'scanner';
    const body = {
      name: String(form.get('name') ?? ''),
      role,
      ...(session && { sessions: [session] }),
    } as const;
    try {
      onPairing((await api.call('POST /v1/events/{event}/devices', { params: { event }, body })).body);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <form class="sheet" onSubmit={(submit) => void create(submit)}>
      <h2>{words.newDoor}</h2>
      <div class="row">
        <div class="field">
          <label for="name">{words.name}</label>
          <input id="name" name="name" required maxLength={80} autocomplete="off" />
        </div>
        <div class="field">
          <label for="role">{words.role}</label>
          <select id="role" name="role">
            <option value="scanner">{words.deviceRoles.scanner}</option>
            <option value="supervisor">{words.deviceRoles.supervisor}</option>
          </select>
        </div>
        <div class="field">
          <label for="session">{words.scope}</label>
          <select id="session" name="session">
            <option value="">{words.everySession}</option>
            {board.programme.value.sessions.map(({ sessionId, title }) => (
              <option key={sessionId} value={sessionId}>
                {inLanguage(title)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <button type="submit" class="main">
            {words.makeCode}
          </button>
        </div>
      </div>
      <p class="bad" aria-live="polite">
        <Trouble of={trouble} />
      </p>
    </form>
  );
};

/** Whom somebody has to look after first, those that are signed off last. */
const inOrder = (devices: readonly Device[], at: number): Device[] => {
  const rank = (device: Device) => (device.revokedAt ? 2 : isSilent(device, at) || device.queued ? 0 : 1);
  return devices.toSorted(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
};

const DeviceRow = ({ device, onChange }: { device: Device; onChange: () => void }) => {
  const { words, api, event, board } = useOrganizer();
  const [isAsking, setAsking] = useState(false);
  const silentFor = device.lastSeenAt ? (board.now.value - Date.parse(device.lastSeenAt)) / 60_000 : 0;
  const titleOf = (id: string) =>
    inLanguage(board.programme.value.sessions.find(({ sessionId }) => sessionId === id)?.title ?? id);
  const revoke = () =>
    api
      .call('POST /v1/events/{event}/devices/{device}/revoke', { params: { event, device: device.deviceId } })
      .then(onChange);
  const state = () => {
    if (device.revokedAt) return <span class="soft">{words.revokedAt(clock(device.revokedAt))}</span>;
    if (!device.paired) return <span class="soft">{words.notPaired}</span>;
    if (!device.lastSeenAt) return <span class="soft">{words.neverSeen}</span>;
    if (isSilent(device, board.now.value))
      return <span class="warn">{words.silentFor(Math.round(silentFor))}</span>;
    return <span class="good">{words.seenAt(clock(device.lastSeenAt))}</span>;
  };
  return (
    <tr>
      <td>
        <strong>{device.name}</strong>
        <div class="soft">{words.deviceRoles[device.role]}</div>
      </td>
      <td>{device.sessions?.map(titleOf).join(', ') ?? words.everySession}</td>
      <td>{state()}</td>
      <td class="num">{device.lastScanAt ? clock(device.lastScanAt) : '–'}</td>
      <td class={device.queued ? 'num warn' : 'num soft'}>
        {device.queued === null ? '–' : count(device.queued)}
      </td>
      <td>
        {!device.revokedAt && !isAsking && (
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            {words.revoke}
          </button>
        )}
        {isAsking && !device.revokedAt && (
          <div class="row">
            <button type="button" class="danger" onClick={() => void revoke()}>
              {words.reallyRevoke(device.name)}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {words.cancel}
            </button>
          </div>
        )}
      </td>
    </tr>
  );
};

export const Doors = () => {
  const { words, api, event, board } = useOrganizer();
  const [pairing, setPairing] = useState<Pairing>();
  const { value, trouble, reload } = useLoaded(
    async () =>
      (await api.call('GET /v1/events/{event}/devices', { params: { event }, query: { limit: 100 } })).body
        .items,
    [event],
    EVERY_MS,
  );
  const done = () => {
    setPairing(undefined);
    reload();
  };
  return (
    <>
      <h1>{words.doors}</h1>
      {pairing ? <Pair pairing={pairing} onDone={done} /> : <NewDoor onPairing={setPairing} />}
      <TroubleNote of={trouble} />
      <div class="scroll sheet wide">
        <table>
          <caption class="hidden">{words.doors}</caption>
          <thead>
            <tr>
              <th scope="col">{words.door}</th>
              <th scope="col">{words.scope}</th>
              <th scope="col">{words.state}</th>
              <th scope="col" class="num">
                {words.lastScan}
              </th>
              <th scope="col" class="num">
                {words.queued}
              </th>
              <th scope="col">{words.action}</th>
            </tr>
          </thead>
          <tbody>
            {inOrder(value ?? [], board.now.value).map((device) => (
              <DeviceRow key={device.deviceId} device={device} onChange={reload} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};
