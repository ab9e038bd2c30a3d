import type * as contract from '../../shared/contract/previews.ts';
import type { Preview } from '../../shared/contract/previews.ts';
import { Problem } from '../../shared/contract/problem.ts';
import type { AnnouncementRecord } from '../../shared/domain/announcement.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { publicUrl } from '../../shared/runtime/public-url.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import type { PreviewStore, StoredPreview } from '../../shared/store/announcements/previews.ts';
import type { EventRecord } from '../../shared/store/events.ts';

export interface PreviewDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly announcements: Pick<AnnouncementStore, 'get'>;
  readonly previews: PreviewStore;
  readonly clock: () => number;
}

/** A press list; they are answered as a whole. */
const MAX_PREVIEWS = 1000;

const answered = ({ revokedAt, ...preview }: StoredPreview): Preview => ({
  ...preview,
  revokedAt: revokedAt ?? null,
});

const wrongExpiry = (detail: string) =>
  new Problem('validation', `The body is not valid: /expiresAt ${detail}`, {
    errors: [{ pointer: '/expiresAt', detail }],
  });

const assertScheduled = ({ state, publishAt }: AnnouncementRecord): number => {
  if (state === 'scheduled' && publishAt !== null) return publishAt;
  throw new Problem(
    'illegal-transition',
    `It is ${state}: only what is scheduled has an embargo to be read under. ${
      state === 'draft' ? 'Schedule it first.' : 'It is public: send its permalink.'
    }`,
  );
};

export const previewCommands = ({ event: eventOf, announcements, previews, clock }: PreviewDeps) => {
  const found = async ({
    event,
    announcement,
  }: {
    readonly event: string;
    readonly announcement: string;
  }) => {
    await eventOf(event);
    const record = await announcements.get(event, announcement);
    if (!record) throw new Problem('not-found', `There is no announcement ${announcement}`);
    return record;
  };

  return {
    create: async ({ params, body }: CallOf<typeof contract.createPreview>): Promise<Answer> => {
      const { event, announcement } = params;
      const publishAt = assertScheduled(await found(params));
      const now = clock();
      const { to, expiresAt } = body;
      if (expiresAt !== undefined && expiresAt <= now) throw wrongExpiry('is in the past');
      if (expiresAt !== undefined && expiresAt > publishAt)
        throw wrongExpiry('is after its publication, when everybody may read it');
      if ((await previews.list(event, announcement)).length >= MAX_PREVIEWS)
        throw new Problem('conflict', `It has ${MAX_PREVIEWS} links already, revoked ones counted`);
      const { token, ...made } = await previews.create(event, announcement, {
        to,
        createdAt: new Date(now).toISOString(),
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
      });
      const url = `${publicUrl()}/announcements/${event}/${announcement}/previews/${token}`;
      return { status: 201, body: { ...answered(made), url } };
    },

    list: async ({ params }: CallOf<typeof contract.listPreviews>): Promise<Answer> => {
      await found(params);
      const items = await previews.list(params.event, params.announcement);
      return { status: 200, body: { items: items.map(answered) } };
    },

    revoke: async ({ params }: CallOf<typeof contract.revokePreview>): Promise<Answer> => {
      await found(params);
      const { event, announcement, preview } = params;
      const at = new Date(clock()).toISOString();
      if (!(await previews.revoke(event, announcement, preview, at)))
        throw new Problem('not-found', `There is no preview ${preview} of this announcement`);
      return { status: 204 };
    },
  };
};
