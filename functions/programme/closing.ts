import type { closeEvent, deleteEvent, reopenEvent } from '../../shared/contract/event-closing.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { DeviceStore } from '../../shared/store/devices.ts';
import { UnknownEventError } from '../../shared/store/errors.ts';
import type { EventDeletions } from '../../shared/store/event-deletions.ts';
import type { EventRecord, EventStore } from '../../shared/store/events.ts';

export interface ClosingDeps {
  readonly events: Pick<EventStore, 'existing' | 'setClosed'>;
  readonly deletions: Pick<EventDeletions, 'of' | 'request'>;
  readonly devices: Pick<DeviceStore, 'all' | 'revoke'>;
  readonly clock: () => number;
}

const assertConfirmed = (confirm: string, event: string, what: string, why: string): void => {
  if (confirm === event) return;
  const detail = `must be ${event}: ${why}`;
  throw new Problem('validation', `${what} is not valid: /confirm ${detail}`, {
    errors: [{ pointer: '/confirm', detail }],
  });
};

const nameOf = (principal: Principal): string => (principal.kind === 'user' ? principal.subject : '');

export const closing = ({ events, deletions, devices, clock }: ClosingDeps) => {
  /** No new device first, then every device that there is; what was cut short is finished by closing again. */
  const closeDoors = async (event: string, closedAt: string | null): Promise<EventRecord> => {
    const at = closedAt ?? new Date(clock()).toISOString();
    const record = await events.setClosed(event, at);
    const open = (await devices.all(event)).filter(({ revokedAt }) => revokedAt === null);
    await forEachOf(open, async ({ deviceId }) => {
      await devices.revoke(event, deviceId, at);
    });
    return record;
  };

  return {
    close: async ({ params: { event }, body }: CallOf<typeof closeEvent>): Promise<Answer> => {
      const { closedAt } = await events.existing(event);
      assertConfirmed(body.confirm, event, 'The body', 'closing revokes every device');
      return { status: 200, body: await closeDoors(event, closedAt) };
    },

    reopen: async ({ params: { event } }: CallOf<typeof reopenEvent>): Promise<Answer> => {
      await events.existing(event);
      return { status: 200, body: await events.setClosed(event, null) };
    },

    /** Closes it and says that it leaves; `erase-events` does the rest. */
    remove: async ({ params: { event }, query, principal }: CallOf<typeof deleteEvent>): Promise<Answer> => {
      let deletion = await deletions.of(event);
      const present = deletion ? undefined : await events.existing(event);
      assertConfirmed(query.confirm, event, 'The query', 'nothing brings a deleted event back');
      if (present) {
        await closeDoors(event, present.closedAt);
        deletion = await deletions.request(event, nameOf(principal), new Date(clock()).toISOString());
      }
      if (!deletion) throw new UnknownEventError(event);
      const { requestedAt, erasedAt } = deletion;
      return { status: 202, body: { event, requestedAt, erasedAt } };
    },
  };
};
