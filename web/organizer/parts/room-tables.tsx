import type { ComponentChildren } from 'preact';
import { categoryText } from '../../common/category.ts';
import { clock, count, seconds } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import type { Device } from '../store/device.ts';
import type { RoomCounts } from './room-chart.tsx';
import { Table } from './table.tsx';

type Split = Readonly<Record<string, { readonly inside: number; readonly attended: number } | undefined>>;

interface SplitOf {
  readonly title: string;
  readonly split: Split;
  readonly nameOf: (key: string) => string;
}

export const SplitTable = ({ title, split, nameOf }: SplitOf) => {
  const { words } = useOrganizer();
  const rows = Object.entries(split)
    .flatMap(([key, value]) => (value ? [{ key, ...value }] : []))
    .toSorted((a, b) => b.inside - a.inside || b.attended - a.attended || a.key.localeCompare(b.key));
  if (rows.length === 0) return null;
  return (
    <Table
      caption={title}
      long={rows.length > 10}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { title, cell: ({ key }) => nameOf(key) },
        { title: words.inside, cell: ({ inside }) => count(inside), kind: 'num' },
        { title: words.attended, cell: ({ attended }) => count(attended), kind: 'num' },
      ]}
    />
  );
};

/** Why people were turned away, most frequent first. */
export const Refusals = ({ room }: { room: RoomCounts }) => {
  const { words } = useOrganizer();
  const rows = Object.entries(room.refusedByReason).toSorted(([, a], [, b]) => (b ?? 0) - (a ?? 0));
  if (rows.length === 0) return <p class="soft">{words.noRefusals}</p>;
  return (
    <Table
      caption={words.refusals}
      hideCaption
      rows={rows}
      keyOf={([reason]) => reason}
      columns={[
        { title: words.why, cell: ([reason]) => words.reason(reason) },
        { title: words.refused, cell: ([, amount = 0]) => count(amount), kind: 'num' },
      ]}
    />
  );
};

interface AtDoors {
  readonly room: RoomCounts;
  readonly devices: readonly Device[];
  readonly zone: string | undefined;
}

const nameIn = (devices: readonly Device[]) => (id: string) =>
  devices.find(({ deviceId }) => deviceId === id)?.name ?? id;

const BadgeLink = ({ badgeId }: { badgeId: string | null }): ComponentChildren => {
  const { words, role } = useOrganizer();
  if (badgeId === null) return <span class="soft">{words.unknownBadge}</span>;
  return role === 'organizer' ? <a href={linkTo('people', badgeId)}>{badgeId}</a> : badgeId;
};

/** Who was at the doors last. */
export const LastScans = ({ room, devices, zone }: AtDoors) => {
  const { words } = useOrganizer();
  const nameOf = nameIn(devices);
  if (room.lastScans.length === 0) return <p class="soft">{words.noScans}</p>;
  return (
    <Table
      caption={words.lastScans}
      hideCaption
      long={room.lastScans.length > 8}
      rows={room.lastScans}
      keyOf={({ scanId }) => scanId}
      columns={[
        {
          title: words.time,
          cell: ({ scannedAt }) => seconds(scannedAt, zone),
          look: ({ annulled }) => (annulled ? 'annulled' : ''),
        },
        {
          title: words.badge,
          cell: ({ badgeId, category }) => (
            <>
              <BadgeLink badgeId={badgeId} /> <span class="soft">{categoryText(words, category)}</span>
            </>
          ),
        },
        {
          title: words.outcome,
          cell: ({ outcome, reason, annulled }) => (
            <>
              {words.outcomes[outcome]}
              {reason &&
                (outcome === 'refused'
                  ? `: ${words.reason(reason)}`
                  : ` (${words.asConflict(words.reason(reason))})`)}
              {annulled && <span class="soft"> {words.takenBack}</span>}
            </>
          ),
          look: ({ outcome, reason }) => (outcome === 'refused' ? 'bad' : reason ? 'warn' : ''),
        },
        { title: words.door, cell: ({ deviceId }) => nameOf(deviceId) },
      ]}
    />
  );
};

/** Scans that contradict the rules or each other, with the doors and times of both. */
export const Conflicts = ({ room: { conflicts }, devices, zone, total }: AtDoors & { total: number }) => {
  const { words } = useOrganizer();
  const nameOf = nameIn(devices);
  if (conflicts.length === 0) return <p class="soft">{words.noConflicts}</p>;
  return (
    <>
      {total > conflicts.length && (
        <p class="soft">{words.newestOf(count(conflicts.length), count(total))}</p>
      )}
      <Table
        caption={words.conflicts}
        hideCaption
        long={conflicts.length > 10}
        rows={conflicts}
        keyOf={({ scan }) => scan.scanId}
        columns={[
          { title: words.badge, cell: ({ badgeId }) => <BadgeLink badgeId={badgeId} /> },
          {
            title: words.conflict,
            cell: ({ conflict, override }) => (
              <>
                {words.reason(conflict)}
                {override && <div class="soft">{override}</div>}
              </>
            ),
          },
          {
            title: words.thisScan,
            cell: ({ scan }) => `${nameOf(scan.deviceId)} · ${clock(scan.scannedAt, zone)}`,
          },
          {
            title: words.before,
            cell: ({ previous }) =>
              previous ? `${nameOf(previous.deviceId)} · ${clock(previous.scannedAt, zone)}` : '–',
          },
        ]}
      />
    </>
  );
};
