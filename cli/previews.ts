import { type ConnectionOptions, connect } from './connection.ts';

const PREVIEWS = '/v1/events/{event}/announcements/{announcement}/previews';

export const createPreview = async (
  announcement: string,
  to: string,
  { until, ...options }: ConnectionOptions & { readonly until?: string | undefined },
): Promise<void> => {
  const { api, params } = connect(options);
  const body = { to, ...(until !== undefined && { expiresAt: until }) };
  const made = await api.call(`POST ${PREVIEWS}`, { params: { ...params, announcement }, body });
  console.log(`${made.body.previewId}\t${made.body.url}`);
};

export const listPreviews = async (announcement: string, options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  const { items } = (await api.call(`GET ${PREVIEWS}`, { params: { ...params, announcement } })).body;
  for (const { previewId, to, opened, lastOpenedAt, revokedAt, expiresAt } of items) {
    const until = revokedAt ? `revoked at ${revokedAt}` : `until ${expiresAt ?? 'it is published'}`;
    console.log([previewId, to, until, `${opened} opened`, lastOpenedAt ?? 'never'].join('\t'));
  }
};

export const revokePreview = async (
  announcement: string,
  preview: string,
  options: ConnectionOptions,
): Promise<void> => {
  const { api, params } = connect(options);
  await api.call(`DELETE ${PREVIEWS}/{preview}`, { params: { ...params, announcement, preview } });
  console.log(`${preview} revoked`);
};
