import * as z from 'zod/mini';
import { scanResult } from './check-ins.ts';
import { operation } from './operation.ts';
import { scanNote } from './scans.ts';
import { badgeId, eventParams, scanId, slug } from './values.ts';

export const annulScan = operation({
  id: 'annulScan',
  method: 'POST',
  path: '/v1/events/{event}/check-ins/annul',
  function: 'annul',
  tag: 'check-in',
  access: ['scanner', 'supervisor', 'organizer'],
  summary:
    'Take one scan back: within 15 minutes by its device, any time by a supervisor or organizer; devices within their scope',
  params: eventParams,
  body: z.strictObject({ scanId, sessionId: slug, badgeId, reason: scanNote }),
  get answers() {
    return {
      200: z.object({
        scanId: z.string(),
        annulled: z.literal(true),
        attendance: scanResult.shape.attendance,
      }),
    };
  },
});
