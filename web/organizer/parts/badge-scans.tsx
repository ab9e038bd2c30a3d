import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, day } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import { Trouble } from './trouble.tsx';

export type Story = ApiBody<'GET /v1/events/{event}/badges/{badge}'>;
type Scan = Story['scans'][number];

/** Takes one scan back, with a reason; the count follows. */
const Annul = ({ badgeId, scan, onDone }: { badgeId: string; scan: Scan; onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [isAsking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const id = `annul-${scan.scanId}`;
  const annul = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const reason = String(new FormData(submit.currentTarget).get('reason') ?? '').trim();
    const { scanId, sessionId } = scan;
    try {
      const body = { scanId, sessionId, badgeId, reason };
      await api.call('POST /v1/events/{event}/check-ins/annul', { params: { event }, body });
      setAsking(false);
      onDone();
    } catch (error) {
      setTrouble(error);
    }
  };
  if (!isAsking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {words.annul}
      </button>
    );
  return (
    <form onSubmit={(submit) => void annul(submit)}>
      <label for={id}>{words.why}</label>
      <input id={id} name="reason" required maxLength={200} autocomplete="off" />
      <div class="row tight">
        <button type="submit" class="danger">
          {words.reallyAnnul}
        </button>
        <button type="button" onClick={() => setAsking(false)}>
          {words.cancel}
        </button>
      </div>
      <p class="bad" aria-live="polite">
        <Trouble of={trouble} />
      </p>
    </form>
  );
};

const Row = ({ badgeId, scan, door, onDone }: ScanRow) => {
  const { words, board } = useOrganizer();
  const { sessions, venues } = board.programme.value;
  const session = sessions.find(({ sessionId }) => sessionId === scan.sessionId);
  const zone = venues.find(({ venueId }) => venueId === session?.venueId)?.timeZone;
  const why = scan.reason ?? scan.conflict;
  const isSystem = scan.system !== null;
  return (
    <tr>
      <td class={scan.annulled ? 'annulled' : ''}>
        {day(scan.scannedAt, zone)} {clock(scan.scannedAt, zone)}
      </td>
      <td>
        <a href={linkTo('rooms', scan.sessionId)}>{inLanguage(session?.title ?? scan.sessionId)}</a>
        <div class="soft">{isSystem ? words.bySystem : door}</div>
      </td>
      <td class={scan.outcome === 'refused' ? 'bad' : ''}>{words.outcomes[scan.outcome]}</td>
      <td>
        {why && <div>{words.reason(why)}</div>}
        {scan.override && <div>{words.overriddenBy(scan.override)}</div>}
        {scan.admittedOffline && <div>{words.offline}</div>}
        {scan.annulled && (
          <div>
            {words.annulled(scan.annulled.reason)} ({clock(scan.annulled.at, zone)})
          </div>
        )}
      </td>
      <td class="no-print">
        {!scan.annulled && !isSystem && scan.outcome !== 'refused' && (
          <Annul badgeId={badgeId} scan={scan} onDone={onDone} />
        )}
      </td>
    </tr>
  );
};

interface ScanRow {
  readonly badgeId: string;
  readonly scan: Scan;
  /** Name of the device. */
  readonly door: string;
  readonly onDone: () => void;
}

/** Every scan of a badge, what was overridden, decided offline or taken back among them. */
export const BadgeScans = ({ story, onDone }: { story: Story; onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const { value: devices } = useLoaded(
    async () => (await api.call('GET /v1/events/{event}/devices', { params: { event } })).body.items,
    [event],
  );
  const nameOf = (id: string) => devices?.find(({ deviceId }) => deviceId === id)?.name ?? id;
  if (story.scans.length === 0) return <p class="soft">{words.noScans}</p>;
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">{words.story}</caption>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col">
              {words.session}, {words.door}
            </th>
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.note}</th>
            <th scope="col" class="no-print">
              {words.action}
            </th>
          </tr>
        </thead>
        <tbody>
          {story.scans.map((scan) => (
            <Row
              key={scan.scanId}
              badgeId={story.badgeId}
              scan={scan}
              door={nameOf(scan.deviceId)}
              onDone={onDone}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
};
