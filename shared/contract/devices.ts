import * as z from 'zod/mini';
import { listOf, paging, wholeNumber } from './lists.ts';
import { operation } from './operation.ts';
import { storedSession, venue } from './sessions.ts';
import { deviceId, deviceRole, eventParams, slug, time, written } from './values.ts';

/** What organizers see of a device; its token is never shown again. */
export const device = z.object({
  deviceId,
  name: z.string(),
  role: deviceRole,
  sessions: z.nullable(z.array(slug)),
  paired: z.boolean(),
  revokedAt: z.nullable(time),
  createdAt: time,
  lastSeenAt: z.nullable(time),
  lastScanAt: z.nullable(time),
  queued: z.nullable(z.int()),
});
z.globalRegistry.add(device, { id: 'Device' });
export type Device = z.infer<typeof device>;

export const createDevice = operation({
  id: 'createDevice',
  example: { name: 'Door 3', role: 'scanner', sessions: ['opening'] },
  method: 'POST',
  path: '/v1/events/{event}/devices',
  function: 'devices',
  access: ['organizer'],
  summary: 'Announce a device; answers the code that pairs it once within 15 minutes',
  params: eventParams,
  body: z.strictObject({
    name: written(80),
    role: deviceRole,
    sessions: z.optional(z.array(slug).check(z.minLength(1), z.maxLength(500))),
  }),
  answers: { 201: z.object({ deviceId, pairingCode: z.string(), expiresAt: time }) },
});

export const pairDevice = operation({
  id: 'pairDevice',
  method: 'POST',
  path: '/v1/devices/pair',
  function: 'devices',
  access: 'public',
  summary: 'Exchange a pairing code for the token of the device',
  // All sources share it: what one of them may send is bounded by the function, so that a flood starves nobody.
  throttle: { rate: 600, burst: 1_200 },
  maxBytes: 1024,
  body: z.strictObject({ pairingCode: written(40) }),
  answers: {
    201: z.object({
      deviceId,
      name: z.string(),
      token: z.string(),
      event: slug,
      role: deviceRole,
      sessions: z.nullable(z.array(slug)),
    }),
  },
});

export const listDevices = operation({
  id: 'listDevices',
  method: 'GET',
  path: '/v1/events/{event}/devices',
  function: 'devices',
  access: ['organizer'],
  summary: 'Devices with when they were last heard of and how many scans they hold back',
  params: eventParams,
  query: z.strictObject(paging),
  answers: { 200: listOf(device) },
});

export const revokeDevice = operation({
  id: 'revokeDevice',
  method: 'POST',
  path: '/v1/events/{event}/devices/{device}/revoke',
  function: 'devices',
  access: ['organizer'],
  summary: 'Refuse this device everywhere within 60 s',
  params: z.object({ ...eventParams.shape, device: deviceId }),
  answers: { 200: device },
});

/** A badge that is known by a code of another system. */
const importedCode = z.object({
  hash: z.string().register(z.globalRegistry, { description: 'SHA-256 of the code, base64url' }),
  badgeId: z.string(),
  category: z.string(),
  country: z.nullable(z.string()),
});

export const getScanner = operation({
  id: 'getScanner',
  method: 'GET',
  path: '/v1/events/{event}/scanner',
  function: 'devices',
  access: ['scanner', 'supervisor'],
  summary: 'What a device needs to decide alone: sessions, public keys, revoked badges (ETag)',
  params: eventParams,
  query: z.strictObject({ queued: z.optional(wholeNumber(0)) }),
  answers: {
    200: z.object({
      event: slug,
      device: z.object({ deviceId, role: deviceRole, sessions: z.nullable(z.array(slug)) }),
      languages: z.array(z.string()),
      venues: z.array(venue),
      sessions: z.array(storedSession),
      publicKeys: z.array(z.object({ kid: z.string(), publicKey: z.string() })),
      revokedBadges: z.array(z.string()),
      reissuedBadges: z
        .array(z.object({ badgeId: z.string(), issue: z.int(), at: time, deleted: z.optional(z.boolean()) }))
        .register(z.globalRegistry, {
          description:
            'prints with a lower number are superseded from then on; `deleted`: there is no newer one',
        }),
      importedCodes: listOf(importedCode).register(z.globalRegistry, {
        description: 'the first of them; `nextCursor` is for …/scanner/codes',
      }),
    }),
    304: null,
  },
});

export const getScannerCodes = operation({
  id: 'getScannerCodes',
  method: 'GET',
  path: '/v1/events/{event}/scanner/codes',
  function: 'devices',
  access: ['scanner', 'supervisor'],
  summary: 'Codes of other systems by their hashes, page by page, for a device that decides alone (ETag)',
  params: eventParams,
  query: z.strictObject(paging),
  answers: { 200: listOf(importedCode), 304: null },
});
