import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { storedEvent } from './programme.ts';
import { eventParams } from './values.ts';

export const closeEvent = operation({
  id: 'closeEvent',
  method: 'POST',
  path: '/v1/events/{event}/close',
  function: 'programme',
  access: ['organizer'],
  summary: 'Close an event: every device of it is revoked within 60 s; everything stays readable',
  params: eventParams,
  body: z.strictObject({
    confirm: z
      .string()
      .check(z.minLength(1), z.maxLength(63))
      .register(z.globalRegistry, { description: 'the event’s id once more' }),
  }),
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
