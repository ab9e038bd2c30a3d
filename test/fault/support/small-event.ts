import * as z from 'zod';
import { ask } from '../../support/turnout.ts';

export const EVENT = 'fault-2023';

/** Capacities spread the records over 1, 2 and 4 keys. */
const ROOMS = { 'main-forum': null, 'opening-ceremony': 3000, exhibition: 7000 };
export const SESSIONS: readonly string[] = Object.keys(ROOMS);

const created = z.object({ pairingCode: z.string() });
const paired = z.object({ deviceId: z.string(), token: z.string() });
const imported = z.object({ results: z.array(z.object({ badgeId: z.string(), code: z.string() })) });

export interface SmallEvent {
  readonly badges: readonly { readonly badgeId: string; readonly code: string }[];
  readonly doors: readonly { readonly deviceId: string; readonly token: string }[];
}

/** An event with three sessions, made as an organizer would make it. */
export const makeSmallEvent = async (
  host: { readonly baseUrl: string },
  token: string,
  sizes: { readonly badges: number; readonly doors: number },
): Promise<SmallEvent> => {
  const send = async <T extends z.ZodType>(method: string, path: string, body: unknown, schema: T) => {
    const answer = await ask(host, method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json(schema);
  };
  const title = { en: 'Fault suite' };
  await send('PUT', `/events/${EVENT}`, { title, timeZone: 'Asia/Shanghai', languages: ['en'] }, z.unknown());
  const sessions = Object.entries(ROOMS).map(([sessionId, capacity]) => ({
    sessionId,
    title,
    venueId: 'cncc',
    startsAt: new Date(Date.now() - 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    admission: { capacity },
  }));
  const venues = [{ venueId: 'cncc', title, timeZone: 'Asia/Shanghai' }];
  await send('POST', `/events/${EVENT}/programme`, { venues, sessions }, z.unknown());
  const rows = Array.from({ length: sizes.badges }, (_, n) => ({
    badgeId: `B-${n}`,
    category: n % 5 === 0 ? 'press' : 'delegate',
    country: n % 3 === 0 ? 'SG' : 'CN',
  }));
  const { results } = await send('POST', `/events/${EVENT}/badges`, rows, imported);
  const doors = await Promise.all(
    Array.from({ length: sizes.doors }, async (_, n) => {
      const body = { name: `Door ${n}`, role: 'scanner' };
      const { pairingCode } = await send('POST', `/events/${EVENT}/devices`, body, created);
      return send('POST', '/devices/pair', { pairingCode }, paired);
    }),
  );
  return { badges: results, doors };
};
