import type { ApiBody } from '../shared/client/api.ts';
import { type Connection, type ConnectionOptions, connect, namesIn } from './connection.ts';

const DEVICES = '/v1/events/{event}/devices';
type Device = ApiBody<`GET ${typeof DEVICES}`>['items'][number];

async function* allDevices({ api, params }: Connection) {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = (
      await api.call(`GET ${DEVICES}`, { params, query: { limit: 1000, cursor } })
    ).body;
    yield* items;
    cursor = nextCursor;
  } while (cursor !== undefined);
}

const scopeOf = (sessions: readonly string[] | null): string => sessions?.join(',') ?? 'all sessions';

export const createDevice = async (
  name: string,
  options: ConnectionOptions & { readonly role: Device['role']; readonly sessions?: string | undefined },
): Promise<void> => {
  const sessions = options.sessions === undefined ? null : namesIn('--sessions', options.sessions);
  const { api, params } = connect(options);
  const body = { name, role: options.role, ...(sessions && { sessions }) };
  const { deviceId, pairingCode, expiresAt } = (await api.call(`POST ${DEVICES}`, { params, body })).body;
  console.log(`${deviceId}\t${pairingCode}\tuntil ${expiresAt}\t${scopeOf(sessions)}`);
};

export const listDevices = async (options: ConnectionOptions): Promise<void> => {
  for await (const one of allDevices(connect(options))) {
    const state = one.revokedAt ? 'revoked' : one.paired ? 'paired' : 'not paired';
    const queued = one.queued === null ? '' : `${one.queued} queued`;
    const seen = one.lastSeenAt ?? 'never seen';
    console.log([one.deviceId, one.name, one.role, state, scopeOf(one.sessions), seen, queued].join('\t'));
  }
};

export const revokeDevice = async (device: string, options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  const revoked = await api.call(`POST ${DEVICES}/{device}/revoke`, { params: { ...params, device } });
  console.log(`${revoked.body.deviceId} revoked at ${revoked.body.revokedAt}`);
};
