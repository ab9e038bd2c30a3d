import type { ApiBody, ApiClient } from '../../../shared/client/api.ts';
import type { UploadedRow } from '../../../shared/import/badge-rows.ts';

type Answer = ApiBody<'POST /v1/events/{event}/badges'>;
export type Result = Answer['results'][number] & { readonly place: string };

/** Most badges of one request. */
const MAX_BADGES = 1000;

interface Sending {
  readonly api: ApiClient;
  readonly event: string;
  readonly rows: readonly UploadedRow[];
  /** Told after each batch how many rows have been answered. */
  readonly onProgress: (rows: number) => void;
  readonly dryRun: boolean;
}

const errorsOf = (part: readonly UploadedRow[], { errors }: Answer) =>
  errors.map(({ pointer, detail }) => {
    const [, index, ...field] = pointer.split('/');
    return `${part[Number(index)]?.place ?? ''}${field.join('/')} ${detail}`;
  });

/**
 * Sends rows in batches, each applied as a whole or not at all; the first with a wrong row ends an import. A dry run
 * goes through all of them.
 */
export const sendRows = async ({ api, event, rows, onProgress, dryRun }: Sending) => {
  const results: Result[] = [];
  for (let start = 0; start < rows.length; start += MAX_BADGES) {
    const part = rows.slice(start, start + MAX_BADGES);
    const { body } = await api.call('POST /v1/events/{event}/badges', {
      params: { event },
      query: { dryRun },
      raw: { content: JSON.stringify(part.map(({ value }) => value)), mediaType: 'application/json' },
    });
    if (!dryRun && body.errorCount > 0) return { results, errors: errorsOf(part, body) };
    results.push(...body.results.map((result, index) => ({ ...result, place: part[index]?.place ?? '' })));
    onProgress(results.length);
  }
  return { results, errors: [] };
};

export const countOf = (results: readonly Result[], status: Result['status']): number =>
  results.filter((result) => result.status === status).length;
