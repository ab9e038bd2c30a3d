import { defineCommand } from 'citty';
import { type Connection, connect, connectionArgs } from './connection.ts';
import { reporting } from './failure.ts';

async function* allDevices({ api, params }: Connection) {
  let cursor: string | undefined;
  do {
    const query = { limit: 1000, cursor };
    const { items, nextCursor } = (await api.call('GET /v1/events/{event}/devices', { params, query })).body;
    yield* items;
    cursor = nextCursor;
  } while (cursor !== undefined);
}

const create = defineCommand({
  meta: { name: 'create', description: 'Announce a device; prints the code that pairs it once' },
  args: {
    name: { type: 'positional', description: 'What people call it, e.g. "Door 3"', required: true },
    role: {
      type: 'enum',
      options: ['scanner', 'supervisor'],
      default: 'scanner',
      description: 'What it may do',
    },
    sessions: { type: 'string', description: 'Only these sessions, with commas between', valueHint: 'a,b' },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const sessions = args.sessions?.split(',').map((sessionId) => sessionId.trim());
    const { api, params } = connect(args);
    const body = { name: args.name, role: args.role, ...(sessions && { sessions }) };
    const created = await api.call('POST /v1/events/{event}/devices', { params, body });
    const { deviceId, pairingCode, expiresAt } = created.body;
    console.log(`${deviceId}\t${pairingCode}\tuntil ${expiresAt}`);
  }),
});

const list = defineCommand({
  meta: { name: 'list', description: 'Devices with when they were last heard of' },
  args: connectionArgs,
  run: reporting(async ({ args }) => {
    for await (const one of allDevices(connect(args))) {
      const state = one.revokedAt ? 'revoked' : one.paired ? 'paired' : 'not paired';
      const queued = one.queued === null ? '' : `${one.queued} queued`;
      console.log(
        [one.deviceId, one.name, one.role, state, one.lastSeenAt ?? 'never seen', queued].join('\t'),
      );
    }
  }),
});

const revoke = defineCommand({
  meta: { name: 'revoke', description: 'Refuse a device everywhere within 60 s' },
  args: { device: { type: 'positional', description: 'deviceId', required: true }, ...connectionArgs },
  run: reporting(async ({ args }) => {
    const { api, params } = connect(args);
    const revoked = await api.call('POST /v1/events/{event}/devices/{device}/revoke', {
      params: { ...params, device: args.device },
    });
    const { deviceId, revokedAt } = revoked.body;
    console.log(`${deviceId} revoked at ${revokedAt}`);
  }),
});

export const devicesCommand = defineCommand({
  meta: { name: 'devices', description: 'Announce, list and revoke devices' },
  subCommands: { create, list, revoke },
});
