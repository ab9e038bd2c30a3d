import * as z from 'zod/mini';
import { roomLevels } from '../domain/room-level.ts';
import { operation } from './operation.ts';
import { eventParams, slug, time } from './values.ts';

export const getRooms = operation({
  id: 'getRooms',
  method: 'GET',
  path: '/v1/events/{event}/rooms',
  function: 'public-pages',
  access: 'public',
  throttle: { rate: 50, burst: 200 },
  summary:
    'How full the rooms are of what is on now or within the hour; nothing more precise. A 304 says that no level has changed since',
  params: eventParams,
  answers: {
    200: z.object({
      asOf: time,
      rooms: z.array(z.object({ sessionId: slug, roomId: z.nullable(slug), level: z.enum(roomLevels) })),
    }),
    304: null,
  },
});
