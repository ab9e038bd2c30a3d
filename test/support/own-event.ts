import { api, ask, type TestTurnout } from './turnout.ts';

export interface OwnDevice {
  readonly deviceId: string;
  readonly token: string;
}

interface OwnBadge {
  readonly badgeId: string;
  readonly category: 'delegate' | 'speaker' | 'vip' | 'press' | 'staff' | 'exhibitor';
  readonly country?: string;
  readonly name?: string;
  readonly code?: string;
}

/** An event of its own on the host, made through the API as an organizer would. */
export const ownEvent = async (
  { credentials, turnout }: TestTurnout,
  event: string,
  sessions: readonly Record<string, unknown>[],
  settings: Record<string, unknown> = {},
) => {
  const token = await turnout.host.issueToken({ sub: 'own', roles: ['organizer'], events: [event] });
  const client = api(credentials, token);
  const params = { event };
  const organizer = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(credentials, method, `/events/${event}${path}`, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };
  const basics = { title: { en: event }, timeZone: 'Asia/Shanghai', languages: ['en', 'zh'] };
  await client.call('PUT /v1/events/{event}', { params, body: { ...basics, ...settings } });
  const venues = [
    { venueId: 'hall', title: { en: 'Hall' }, city: 'Beijing', timeZone: 'Asia/Shanghai', rooms: [] },
  ];
  const rows = sessions.map((session) => ({
    sessionId: '',
    title: { en: String(session['sessionId']) },
    venueId: 'hall',
    startsAt: new Date(Date.now() - 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + 6 * 3_600_000).toISOString(),
    ...session,
  }));
  const imported = await client.call('POST /v1/events/{event}/programme', {
    params,
    body: { venues, sessions: rows },
  });
  if (imported.body.errors.length > 0) throw new Error(JSON.stringify(imported.body.errors));
  const announce = async (name: string, role: 'scanner' | 'supervisor', scope?: readonly string[]) => {
    const body = { name, role, ...(scope && { sessions: [...scope] }) };
    return (await client.call('POST /v1/events/{event}/devices', { params, body })).body;
  };
  return {
    event,
    organizer,
    client,
    /** Codes of new badges, in the order of the rows. */
    issue: async (badges: readonly OwnBadge[]): Promise<string[]> => {
      const { results } = (await client.call('POST /v1/events/{event}/badges', { params, body: [...badges] }))
        .body;
      return results.map(({ code = '' }) => code);
    },
    /** A device that is not paired yet. */
    announce,
    pair: async (
      name: string,
      role: 'scanner' | 'supervisor' = 'scanner',
      scope?: readonly string[],
    ): Promise<OwnDevice> => {
      const { pairingCode } = await announce(name, role, scope);
      return (await client.call('POST /v1/devices/pair', { body: { pairingCode } })).body;
    },
  };
};

export type OwnEvent = Awaited<ReturnType<typeof ownEvent>>;
