import { useState } from 'preact/hooks';
import encodeQR from 'qr';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, count } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { type Device, isSilent } from '../store/device.ts';
import { Table } from './table.tsx';
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

interface OneDoor {
  readonly device: Device;
}

const State = ({ device }: OneDoor) => {
  const { words, board } = useOrganizer();
  const { revokedAt, paired, lastSeenAt } = device;
  if (revokedAt) return <span class="soft">{words.revokedAt(clock(revokedAt))}</span>;
  if (!paired) return <span class="soft">{words.notPaired}</span>;
  if (!lastSeenAt) return <span class="soft">{words.neverSeen}</span>;
  if (!isSilent(device, board.now.value)) return <span class="good">{words.seenAt(clock(lastSeenAt))}</span>;
  const minutes = Math.round((board.now.value - Date.parse(lastSeenAt)) / 60_000);
  return <span class="warn">{words.silentFor(minutes)}</span>;
};

const Revoke = ({ device, onDone }: OneDoor & { onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [isAsking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const revoke = () => {
    const params = { event, device: device.deviceId };
    api.call('POST /v1/events/{event}/devices/{device}/revoke', { params }).then(onDone, setTrouble);
  };
  if (device.revokedAt) return null;
  if (!isAsking)
    return (
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        {words.revoke}
      </button>
    );
  return (
    <div>
      <div class="row tight">
        <button type="button" class="danger" onClick={revoke}>
          {words.reallyRevoke(device.name)}
        </button>
        <button type="button" onClick={() => setAsking(false)}>
          {words.cancel}
        </button>
      </div>
      <TroubleNote of={trouble} class="bad" role="alert" />
    </div>
  );
};

const DoorTable = ({ devices, onChange }: { devices: readonly Device[]; onChange: () => void }) => {
  const { words, board } = useOrganizer();
  const titleOf = (id: string) =>
    inLanguage(board.programme.value.sessions.find(({ sessionId }) => sessionId === id)?.title ?? id);
  return (
    <Table
      caption={words.doors}
      hideCaption
      rows={inOrder(devices, board.now.value)}
      keyOf={({ deviceId }) => deviceId}
      columns={[
        {
          title: words.door,
          cell: ({ name, role }) => (
            <>
              <strong>{name}</strong>
              <div class="soft">{words.deviceRoles[role]}</div>
            </>
          ),
        },
        {
          title: words.scope,
          cell: ({ sessions }) => sessions?.map(titleOf).join(', ') ?? words.everySession,
        },
        { title: words.state, cell: (device) => <State device={device} /> },
        {
          title: words.lastScan,
          kind: 'num',
          cell: ({ lastScanAt }) => (lastScanAt ? clock(lastScanAt) : '–'),
        },
        {
          title: words.queued,
          kind: 'num',
          look: ({ queued }) => (queued ? 'warn' : 'soft'),
          cell: ({ queued }) => (queued === null ? '–' : count(queued)),
        },
        { title: words.action, cell: (device) => <Revoke device={device} onDone={onChange} /> },
      ]}
    />
  );
};

export const Doors = () => {
  const { words, api, event } = useOrganizer();
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
      {value && (
        <section class="sheet">
          {value.length === 0 ? (
            <p class="soft">{words.noDoors}</p>
          ) : (
            <DoorTable devices={value} onChange={reload} />
          )}
        </section>
      )}
    </>
  );
};
