import { randomUUID } from 'node:crypto';
import type {
  createDevice,
  Device,
  listDevices,
  pairDevice,
  revokeDevice,
} from '../../shared/contract/devices.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { normalizePairingCode } from '../../shared/domain/pairing-code.ts';
import type { Cursors } from '../../shared/runtime/cursors.ts';
import { deviceTokens } from '../../shared/runtime/device-tokens.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { pairingCodes } from '../../shared/runtime/pairing-codes.ts';
import type { DeviceRecord } from '../../shared/store/device-item.ts';
import type { DeviceStore } from '../../shared/store/devices.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Programme } from '../../shared/store/programme.ts';
import type { WrongCodes } from './wrong-codes.ts';

/** A pairing code is good for this long, in ms. */
const PAIRING_MS = 15 * 60_000;

export interface DeviceDeps {
  readonly devices: DeviceStore;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly programme: (event: EventRecord) => Promise<Programme>;
  readonly cursors: Cursors;
  readonly sealingSecret: () => Promise<string>;
  readonly wrong: WrongCodes;
  readonly clock: () => number;
}

const shown = ({ tokenHash: _, ...device }: DeviceRecord): Device => device;

const makeDeviceId = (): string => `d-${randomUUID().replaceAll('-', '').slice(0, 10)}`;

/** Announces a device and answers the code that pairs it. */
export const create =
  ({ devices, event, programme, sealingSecret, clock }: DeviceDeps) =>
  async ({ params, body }: CallOf<typeof createDevice>): Promise<Answer> => {
    const known = await event(params.event);
    if (known.closedAt !== null) {
      throw new Problem('conflict', `${params.event} is closed: open it again first (reopen)`);
    }
    if (body.sessions) {
      const { sessions } = await programme(known);
      const ids = new Set(sessions.map(({ sessionId }) => sessionId));
      const errors = body.sessions.flatMap((sessionId, index) =>
        ids.has(sessionId)
          ? []
          : [{ pointer: `/sessions/${index}`, detail: `there is no session ${sessionId}` }],
      );
      if (errors.length > 0)
        throw new Problem('validation', 'The device is to serve sessions that do not exist', { errors });
    }
    const now = clock();
    const deviceId = makeDeviceId();
    const pairingCode = pairingCodes(await sealingSecret()).make();
    const expiresAt = now + PAIRING_MS;
    await devices.create(
      params.event,
      {
        deviceId,
        name: body.name,
        role: body.role,
        sessions: body.sessions ?? null,
        createdAt: new Date(now).toISOString(),
      },
      { text: normalizePairingCode(pairingCode), expiresAt },
    );
    return { status: 201, body: { deviceId, pairingCode, expiresAt: new Date(expiresAt).toISOString() } };
  };

/** Exchanges a code for a token, once. */
export const pair =
  ({ devices, sealingSecret, wrong, clock }: DeviceDeps) =>
  async ({ body, ...asker }: CallOf<typeof pairDevice>): Promise<Answer> => {
    const code = normalizePairingCode(body.pairingCode);
    const secret = await sealingSecret();
    const isOurs = pairingCodes(secret).isOurs(code);
    if (isOurs) wrong.ofCode(code);
    const paired = isOurs && (await devices.pair(code, clock(), deviceTokens(secret).make));
    if (!paired) {
      wrong.ofSource(asker);
      throw new Problem(
        'not-found',
        'This pairing code is wrong, has been used or is older than 15 minutes. Ask for a new one',
        {
          errors: [{ pointer: '/pairingCode', detail: 'is not a code that can be used' }],
        },
      );
    }
    const { event, token, device } = paired;
    const { deviceId, name, role, sessions } = device;
    return { status: 201, body: { deviceId, name, token, event, role, sessions } };
  };

export const list =
  ({ devices, event, cursors }: DeviceDeps) =>
  async ({ params, query }: CallOf<typeof listDevices>): Promise<Answer> => {
    await event(params.event);
    const { items, ...next } = await cursors.page(['devices', params.event], query.cursor, (after) =>
      devices.page(params.event, { limit: query.limit, after }),
    );
    return { status: 200, body: { items: items.map(shown), ...next } };
  };

export const revoke =
  ({ devices, clock }: DeviceDeps) =>
  async ({ params }: CallOf<typeof revokeDevice>): Promise<Answer> => {
    const revoked = await devices.revoke(params.event, params.device, new Date(clock()).toISOString());
    if (!revoked) throw new Problem('not-found', `There is no device ${params.device}`);
    return { status: 200, body: shown(revoked) };
  };
