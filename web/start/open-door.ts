import encodeQR from 'qr';
import { apiClient } from '../../shared/client/api.ts';
import { inLanguage } from '../common/language.ts';
import { take, token } from '../common/sign-in.ts';
import { nowAndNext, type Programme } from './now-and-next.ts';

export interface Ready {
  readonly link: string;
  readonly code: string;
  /** Of the code, for a camera: SVG. */
  readonly picture: string;
  readonly session: string;
}

const QR_BORDER = 4;

/** What is on, else what comes next, else anything: somebody who tries it wants a door that opens. */
const sessionToTry = (programme: Programme, at: number) => {
  const boards = nowAndNext(programme, at);
  return (
    boards.flatMap(({ now }) => now)[0] ?? boards.flatMap(({ next }) => next)[0] ?? programme.sessions[0]
  );
};

/** A door and a badge of its own, made as an organizer makes them. */
export const openDoor = async (event: string, programme: Programme): Promise<Ready> => {
  await take('organizer');
  const api = apiClient({ baseUrl: '', token });
  const params = { event };
  const session = sessionToTry(programme, Date.now());
  const badgeId = `DEMO-${crypto.randomUUID().slice(0, 8)}`;
  const [{ body: device }, { body: badges }] = await Promise.all([
    api.call('POST /v1/events/{event}/devices', {
      params,
      body: { name: 'Demo', role: 'supervisor', ...(session && { sessions: [session.sessionId] }) },
    }),
    api.call('POST /v1/events/{event}/badges', {
      params,
      body: [{ badgeId, category: 'delegate', name: 'Ada Lovelace' }],
    }),
  ]);
  const code = badges.results[0]?.code ?? '';
  return {
    link: `/scan#pair=${encodeURIComponent(device.pairingCode)}`,
    code,
    picture: encodeQR(code, 'svg', { border: QR_BORDER }),
    session: session ? inLanguage(session.title) : '',
  };
};
