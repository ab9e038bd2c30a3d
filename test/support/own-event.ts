import * as z from 'zod';
import { ask, present, type TestTurnout } from './turnout.ts';

const created = z.object({ pairingCode: z.string() });
const paired = z.object({ deviceId: z.string(), token: z.string() });
const imported = z.object({ results: z.array(z.object({ badgeId: z.string(), code: z.string() })) });
const applied = z.object({ errors: z.array(z.unknown()).max(0) });

export interface OwnDevice {
  readonly deviceId: string;
  readonly token: string;
}

/** An event of its own on the host, made through the API as an organizer would. */
export const ownEvent = async (
  { credentials, turnout }: TestTurnout,
  event: string,
  sessions: readonly Record<string, unknown>[],
  settings: Record<string, unknown> = {},
) => {
  const token = await turnout.host.issueToken({ sub: 'own', roles: ['organizer'], events: [event] });
  const organizer = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(credentials, method, `/events/${event}${path}`, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };
  await organizer('PUT', '', {
    title: { en: event },
    timeZone: 'Asia/Shanghai',
    languages: ['en', 'zh'],
    ...settings,
  });
  const programme = {
    venues: [
      { venueId: 'hall', title: { en: 'Hall' }, city: 'Beijing', timeZone: 'Asia/Shanghai', rooms: [] },
    ],
    sessions: sessions.map((session) => ({
      title: { en: String(session['sessionId']) },
      venueId: 'hall',
      startsAt: new Date(Date.now() - 3_600_000).toISOString(),
      endsAt: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      ...session,
    })),
  };
  (await organizer('POST', '/programme', programme)).json(applied);
  return {
    event,
    organizer,
    /** Codes of new badges, in the order of the rows. */
    issue: async (rows: readonly Record<string, unknown>[]): Promise<string[]> =>
      (await organizer('POST', '/badges', rows)).json(imported).results.map(({ code }) => code),
    pair: async (
      name: string,
      role: 'scanner' | 'supervisor' = 'scanner',
      scope?: readonly string[],
    ): Promise<OwnDevice> => {
      const device = await organizer('POST', '/devices', { name, role, ...(scope && { sessions: scope }) });
      const answer = await ask(credentials, 'POST', '/devices/pair', {
        body: { pairingCode: device.json(created).pairingCode },
      });
      return present(answer.json(paired));
    },
  };
};
