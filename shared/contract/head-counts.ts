import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { sessionParams, time } from './values.ts';

export const headCount = z.object({
  count: z.int(),
  at: time,
  by: z.string().register(z.globalRegistry, { description: 'device or person, by id' }),
  inside: z.int().register(z.globalRegistry, { description: 'inside by the scans at that moment' }),
});
z.globalRegistry.add(headCount, { id: 'HeadCount' });
export type HeadCountAnswer = z.infer<typeof headCount>;

export const createHeadCount = operation({
  id: 'createHeadCount',
  example: { count: 412 },
  method: 'POST',
  path: '/v1/events/{event}/sessions/{session}/head-counts',
  function: 'attendance',
  access: ['scanner', 'supervisor', 'organizer'],
  summary: 'Keep how many people somebody counted in the room by hand; it changes no count of scans',
  params: sessionParams,
  body: z.strictObject({ count: z.int().check(z.gte(0), z.lte(1_000_000)) }),
  answers: { 201: headCount },
});
