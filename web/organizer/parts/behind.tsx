import { useOrganizer } from '../context.ts';
import { behindAt, type Device, isSilent } from '../store/device.ts';

/** Which doors keep a count from being complete, and by how much. */
export const Behind = ({ sessionId, devices }: { sessionId: string; devices: readonly Device[] }) => {
  const { words, board } = useOrganizer();
  const at = board.now.value;
  const behind = behindAt(devices, sessionId, at);
  if (behind.length === 0) return null;
  return (
    <div class="note warn">
      {behind.map((device) => (
        <div key={device.deviceId}>
          {[
            device.name,
            isSilent(device, at) &&
              words.silentFor(Math.round((at - Date.parse(device.lastSeenAt ?? '')) / 60_000)),
            device.queued !== null && device.queued > 0 && words.scansWait(device.queued),
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      ))}
    </div>
  );
};
