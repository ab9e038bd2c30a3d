import { expect } from 'vitest';
import * as z from 'zod';
import { announcement } from '../../shared/contract/announcements.ts';
import { ask, type TestTurnout } from './turnout.ts';

const EVENT = '/events/gdec-2023';
const report = z.object({
  protocols: z.array(z.looseObject({ protocol: z.string(), addressed: z.int(), sent: z.int() })),
  failures: z.array(z.looseObject({ detail: z.string() })),
  failureCount: z.int(),
});

/** What press and subscribers of the real conference ask for. */
export const announcing = (system: () => TestTurnout) => {
  const press = (method: string, path: string, body?: unknown, etag?: string | null) =>
    ask(system().credentials, method, `${EVENT}${path}`, {
      token: system().credentials.pressToken,
      ...(body !== undefined && { body }),
      headers: etag ? { 'if-match': etag } : {},
    });
  return {
    press,
    subscribe: (body: object) =>
      ask(system().credentials, 'POST', `${EVENT}/subscriptions`, { body: { language: 'en', ...body } }),

    publish: async (title: string, kind = 'award') => {
      const content = {
        en: { title, body: `${title}, in full.` },
        zh: { title: `${title}(中文)`, body: '全文。' },
      };
      const draft = await press('POST', '/announcements', { kind, content });
      const { announcementId } = draft.json(announcement);
      const done = await press(
        'POST',
        `/announcements/${announcementId}/publish`,
        undefined,
        draft.headers.get('etag'),
      );
      expect(done.status, done.text).toBe(200);
      return { announcementId, etag: done.headers.get('etag') };
    },

    /** What the report says of one protocol when everything has settled, and all failures. */
    report: async (announcementId: string, protocol: string) => {
      await system().turnout.host.drained();
      const { protocols, ...rest } = (await press('GET', `/announcements/${announcementId}/deliveries`)).json(
        report,
      );
      return { ...rest, counts: protocols.find((one) => one.protocol === protocol) };
    },
  };
};
