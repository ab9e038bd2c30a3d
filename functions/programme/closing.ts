import type { closeEvent, reopenEvent } from '../../shared/contract/event-closing.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { DeviceStore } from '../../shared/store/devices.ts';
import type { EventStore } from '../../shared/store/events.ts';

export interface ClosingDeps {
  readonly events: Pick<EventStore, 'existing' | 'setClosed'>;
  readonly devices: Pick<DeviceStore, 'all' | 'revoke'>;
  readonly clock: () => number;
}

export const closing = ({ events, devices, clock }: ClosingDeps) => ({
  /** No new device first, then every device that there is; what was cut short is finished by closing again. */
  close: async ({ params: { event }, body }: CallOf<typeof closeEvent>): Promise<Answer> => {
    const { closedAt } = await events.existing(event);
    if (body.confirm !== event) {
      const detail = `must be ${event}: closing revokes every device`;
      throw new Problem('validation', `The body is not valid: /confirm ${detail}`, {
        errors: [{ pointer: '/confirm', detail }],
      });
    }
    const at = closedAt ?? new Date(clock()).toISOString();
    const record = await events.setClosed(event, at);
    const open = (await devices.all(event)).filter(({ revokedAt }) => revokedAt === null);
    await forEachOf(open, async ({ deviceId }) => {
      await devices.revoke(event, deviceId, at);
    });
    return { status: 200, body: record };
  },

  reopen: async ({ params: { event } }: CallOf<typeof reopenEvent>): Promise<Answer> => {
    await events.existing(event);
    return { status: 200, body: await events.setClosed(event, null) };
  },
});
