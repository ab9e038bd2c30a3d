import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { storedEvent } from './programme.ts';
import { eventParams, slug, time } from './values.ts';

const confirmed = z.strictObject({
  confirm: z
    .string('must be the event’s id once more')
    .check(z.minLength(1), z.maxLength(63))
    .register(z.globalRegistry, { description: 'the event’s id once more' }),
});

export const closeEvent = operation({
  id: 'closeEvent',
  method: 'POST',
  path: '/v1/events/{event}/close',
  function: 'programme',
  access: ['organizer'],
  summary: 'Close an event: every device of it is revoked within 60 s; everything stays readable',
  params: eventParams,
  body: confirmed,
  answers: { 200: storedEvent },
});

export const reopenEvent = operation({
  id: 'reopenEvent',
  method: 'POST',
  path: '/v1/events/{event}/reopen',
  function: 'programme',
  access: ['organizer'],
  summary: 'Open a closed event again: new devices may be paired',
  params: eventParams,
  answers: { 200: storedEvent },
});

export const deleteEvent = operation({
  id: 'deleteEvent',
  method: 'DELETE',
  path: '/v1/events/{event}',
  function: 'programme',
  access: ['organizer'],
  summary:
    'Delete an event with all that belongs to it, for good: nobody finds it any more, its devices are refused within 60 s, and it is erased within minutes. Its id is not given again. Asking again says how far it has come',
  params: eventParams,
  query: confirmed,
  answers: {
    202: z.object({
      event: slug,
      requestedAt: time,
      erasedAt: z
        .nullable(time)
        .register(z.globalRegistry, { description: 'since when nothing is left but this; null until then' }),
    }),
  },
});
