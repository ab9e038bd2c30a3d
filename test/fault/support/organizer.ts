import * as z from 'zod';
import { ask } from '../../support/turnout.ts';
import { EVENT } from './small-event.ts';

const fields = z.record(z.string(), z.number());
const verification = z.object({
  checked: z.int(),
  drift: z.array(z.object({ sessionId: z.string(), shard: z.int(), counted: fields, stored: fields })),
  pending: z.int(),
  repaired: z.int(),
});
const attendance = z.object({
  sessions: z.array(
    z.object({ sessionId: z.string(), entries: z.int(), exits: z.int(), refused: z.int(), inside: z.int() }),
  ),
});
const story = z.object({ scans: z.array(z.object({ scanId: z.string() })) });

/** What an organizer asks the running host for. */
export const organizer = (host: { readonly baseUrl: string }, token: string) => {
  const get = async <T extends z.ZodType>(method: string, path: string, schema: T): Promise<z.output<T>> => {
    const answer = await ask(host, method, `/events/${EVENT}${path}`, { token });
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json(schema);
  };
  return {
    verify: (repair = false) => get('POST', `/attendance/verify?repair=${repair}`, verification),
    /** By session: entries, exits, refusals. */
    counts: async () =>
      new Map(
        (await get('GET', '/attendance', attendance)).sessions.map(
          ({ sessionId, entries, exits, refused }) => [
            sessionId,
            { admitted: entries, left: exits, refused },
          ],
        ),
      ),
    scansOf: async (badgeId: string) =>
      (await get('GET', `/badges/${badgeId}`, story)).scans.map(({ scanId }) => scanId),
  };
};
