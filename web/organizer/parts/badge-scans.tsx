import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, day } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import { Table } from './table.tsx';
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

const Notes = ({ scan, zone }: { scan: Scan; zone: string | undefined }) => {
  const { words } = useOrganizer();
  const why = scan.reason ?? scan.conflict;
  return (
    <div>
      {why && <div>{words.reason(why)}</div>}
      {scan.override && <div>{words.overriddenBy(scan.override)}</div>}
      {scan.admittedOffline && <div>{words.offline}</div>}
      {scan.annulled && (
        <div>
          {words.annulled(scan.annulled.reason)} ({clock(scan.annulled.at, zone)})
        </div>
      )}
    </div>
  );
};

/** Every scan of a badge, what was overridden, decided offline or taken back among them. */
export const BadgeScans = ({ story, onDone }: { story: Story; onDone: () => void }) => {
  const { words, api, event, board } = useOrganizer();
  const { value: devices } = useLoaded(
    async () => (await api.call('GET /v1/events/{event}/devices', { params: { event } })).body.items,
    [event],
  );
  const { sessions, venues } = board.programme.value;
  const sessionOf = (scan: Scan) => sessions.find(({ sessionId }) => sessionId === scan.sessionId);
  const zoneOf = (scan: Scan) => venues.find(({ venueId }) => venueId === sessionOf(scan)?.venueId)?.timeZone;
  const doorOf = ({ system, deviceId }: Scan) =>
    system === null
      ? (devices?.find((device) => device.deviceId === deviceId)?.name ?? deviceId)
      : words.bySystem;
  if (story.scans.length === 0) return <p class="soft">{words.noScans}</p>;
  return (
    <Table
      caption={words.story}
      hideCaption
      rows={story.scans}
      keyOf={({ scanId }) => scanId}
      columns={[
        {
          title: words.time,
          look: ({ annulled }) => (annulled ? 'annulled' : ''),
          cell: (scan) => `${day(scan.scannedAt, zoneOf(scan))} ${clock(scan.scannedAt, zoneOf(scan))}`,
        },
        {
          title: `${words.session}, ${words.door}`,
          cell: (scan) => (
            <div>
              <a href={linkTo('rooms', scan.sessionId)}>
                {inLanguage(sessionOf(scan)?.title ?? scan.sessionId)}
              </a>
              <div class="soft">{doorOf(scan)}</div>
            </div>
          ),
        },
        {
          title: words.outcome,
          look: ({ outcome }) => (outcome === 'refused' ? 'bad' : ''),
          cell: ({ outcome }) => words.outcomes[outcome],
        },
        { title: words.note, cell: (scan) => <Notes scan={scan} zone={zoneOf(scan)} /> },
        {
          title: words.action,
          kind: 'no-print',
          cell: (scan) =>
            !scan.annulled &&
            scan.system === null &&
            scan.outcome !== 'refused' && <Annul badgeId={story.badgeId} scan={scan} onDone={onDone} />,
        },
      ]}
    />
  );
};
