import type { ApiBody } from '../shared/client/api.ts';
import { type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';

const BADGE = '/v1/events/{event}/badges/{badge}';

type Row = ApiBody<'GET /v1/events/{event}/badges'>['items'][number];

const printRow = ({ badgeId, category, country, name, revokedAt }: Row): void =>
  console.log([badgeId, category, country ?? '-', name ?? '-', revokedAt ? 'revoked' : ''].join('\t'));

export const findBadges = async (name: string, options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  const found = await api.call('GET /v1/events/{event}/badges', { params, query: { search: name } });
  const { items, nextCursor } = found.body;
  items.forEach(printRow);
  if (nextCursor) console.error('There are more: give more letters');
};

const ROWS = 1000;

export const listBadges = async ({
  category,
  ...options
}: ConnectionOptions & { readonly category?: string | undefined }): Promise<void> => {
  const { api, params } = connect(options);
  let cursor: string | undefined;
  do {
    const query = { limit: ROWS, ...(category && { category }), ...(cursor && { cursor }) };
    const { items, nextCursor } = (await api.call('GET /v1/events/{event}/badges', { params, query })).body;
    items.forEach(printRow);
    cursor = nextCursor;
  } while (cursor !== undefined);
};

export const showBadge = async (badge: string, options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  const { scans, ...found } = (await api.call(`GET ${BADGE}`, { params: { ...params, badge } })).body;
  for (const [name, value] of Object.entries(found)) if (value !== null) console.log(`${name}\t${value}`);
  for (const { scanId, scannedAt, sessionId, direction, outcome, reason, deviceId, annulled } of scans) {
    const became = annulled ? `annulled: ${annulled.reason}` : (reason ?? '');
    console.log([scannedAt, sessionId, direction, outcome, became, deviceId, scanId].join('\t'));
  }
};

export const revokeBadges = async (
  badgeIds: readonly string[],
  { reason, ...options }: ConnectionOptions & { readonly reason?: string | undefined },
): Promise<void> => {
  const { api, params } = connect(options);
  const body = reason === undefined ? {} : { reason };
  for (const badge of badgeIds) {
    const { revokedAt } = (await api.call(`POST ${BADGE}/revoke`, { params: { ...params, badge }, body }))
      .body;
    console.log(`${badge} revoked at ${revokedAt}`);
  }
};

export const annulScan = async (
  badge: string,
  scanId: string,
  { reason, ...options }: ConnectionOptions & { readonly reason: string },
): Promise<void> => {
  const { api, params } = connect(options);
  const { scans } = (await api.call(`GET ${BADGE}`, { params: { ...params, badge } })).body;
  const scan = scans.find((each) => each.scanId === scanId.toLowerCase());
  if (!scan) throw new Failure(`Badge ${badge} has no scan ${scanId}: see turnout badges show ${badge}`);
  const body = { scanId: scan.scanId, sessionId: scan.sessionId, badgeId: badge, reason };
  const { attendance } = (await api.call('POST /v1/events/{event}/check-ins/annul', { params, body })).body;
  const left = attendance
    ? `inside: ${attendance.inside}, entries: ${attendance.entries}`
    : 'nothing is left of it';
  console.log(`${scan.scanId} annulled at ${scan.sessionId}; ${left}`);
};
