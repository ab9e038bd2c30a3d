import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { defineCommand } from 'citty';
import { MAX_BADGES } from '../shared/contract/badges.ts';
import { Problem } from '../shared/contract/problem.ts';
import { readBadgeCsv } from '../shared/import/badge-csv.ts';
import { type JudgedRow, judgeRows, type UploadedRow } from '../shared/import/badge-rows.ts';
import { type Connection, connect, connectionArgs } from './connection.ts';
import { Failure, reporting } from './failure.ts';
import { progress } from './progress.ts';
import { parseJson, readText } from './read-text.ts';

const rowsOf = (file: string): UploadedRow[] => {
  const text = readText(file);
  const start = text.trimStart();
  try {
    if (start.startsWith('[')) {
      const rows = parseJson(text, file);
      return (Array.isArray(rows) ? rows : []).map((value, index) => ({
        value,
        place: `row ${index + 1}: `,
      }));
    }
    if (start.startsWith('{')) {
      return text.split('\n').flatMap((line, index) => {
        const place = `line ${index + 1}: `;
        return line.trim() === '' ? [] : [{ value: parseJson(line, `${file} ${place}`), place }];
      });
    }
    return readBadgeCsv(text, Number.MAX_SAFE_INTEGER - 2);
  } catch (error) {
    if (error instanceof Problem) throw new Failure(`${file}: ${error.message}`);
    throw error;
  }
};

const wrong = (file: string, rows: readonly JudgedRow[]) =>
  new Failure(
    `Nothing was imported: ${rows.length} wrong rows in ${file}`,
    rows.flatMap(({ errors }) =>
      errors.map(({ pointer, detail }) => `${pointer.split('/').slice(2).join('/') || 'row'}: ${detail}`),
    ),
  );

/** Writes issued codes as they come: a line a badge, for whoever prints them. */
const codeFile = (path: string | undefined) => {
  const stream = path === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  return {
    add: (results: readonly { badgeId: string | null; code?: string | undefined }[]) => {
      for (const { badgeId, code } of results) stream?.write(`${JSON.stringify({ badgeId, code })}\n`);
    },
    close: async () => {
      if (!stream) return;
      stream.end();
      await once(stream, 'close');
    },
  };
};

const upload = async (
  { api, params }: Connection,
  file: string,
  uploaded: readonly UploadedRow[],
  codes: ReturnType<typeof codeFile>,
) => {
  const sum = { created: 0, updated: 0, unchanged: 0 };
  const shown = progress('badges', uploaded.length);
  for (let start = 0; start < uploaded.length; start += MAX_BADGES) {
    const rows = uploaded.slice(start, start + MAX_BADGES);
    const content = JSON.stringify(rows.map(({ value }) => value));
    const raw = { content, mediaType: 'application/json' };
    const result = (await api.call('POST /v1/events/{event}/badges', { params, raw })).body;
    if (result.errors.length > 0) {
      shown.end(start);
      throw new Failure(
        `Stopped: ${start} badges of ${file} are imported, the rest is not; mend it and import it again`,
        result.errors.map(({ pointer, detail }) => {
          const [, index = '', ...field] = pointer.split('/');
          return `${rows[Number(index)]?.place ?? ''}${field.join('/')} ${detail}`;
        }),
      );
    }
    sum.created += result.created;
    sum.updated += result.updated;
    sum.unchanged += result.unchanged;
    codes.add(result.results);
    shown.at(start + rows.length);
  }
  shown.end(uploaded.length);
  return sum;
};

const importBadges = defineCommand({
  meta: {
    name: 'import',
    description: 'Import badges: CSV (badgeId,category,country,name,code), JSON or JSON lines',
  },
  args: {
    file: { type: 'positional', description: 'The file, or - for standard input', required: true },
    codes: {
      type: 'string',
      description: 'Write each badge’s code to this file, as JSON lines',
      valueHint: 'file',
    },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const connection = connect(args);
    const uploaded = rowsOf(args.file);
    if (uploaded.length === 0) throw new Failure(`${args.file} has no badges`);
    // All rows are judged before the first is sent: a wrong file leaves nothing half applied.
    const faulty = judgeRows(uploaded).filter(({ errors }) => errors.length > 0);
    if (faulty.length > 0) throw wrong(args.file, faulty);
    const codes = codeFile(args.codes);
    try {
      const { created, updated, unchanged } = await upload(connection, args.file, uploaded, codes);
      console.log(`badges: ${created} created, ${updated} updated, ${unchanged} unchanged`);
    } finally {
      await codes.close();
    }
  }),
});

const find = defineCommand({
  meta: { name: 'find', description: 'Badges whose name begins with these letters' },
  args: {
    name: { type: 'positional', description: 'At least 3 letters', required: true },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const { api, params } = connect(args);
    const found = await api.call('GET /v1/events/{event}/badges', { params, query: { search: args.name } });
    const { items, nextCursor } = found.body;
    for (const item of items) {
      console.log(
        [item.badgeId, item.category, item.country ?? '-', item.name, item.revokedAt ? 'revoked' : ''].join(
          '\t',
        ),
      );
    }
    if (nextCursor) console.error('There are more: give more letters');
  }),
});

const show = defineCommand({
  meta: { name: 'show', description: 'A badge and every scan of it' },
  args: { badge: { type: 'positional', description: 'badgeId', required: true }, ...connectionArgs },
  run: reporting(async ({ args }) => {
    const { api, params } = connect(args);
    const call = { params: { ...params, badge: args.badge } };
    const { scans, ...found } = (await api.call('GET /v1/events/{event}/badges/{badge}', call)).body;
    for (const [name, value] of Object.entries(found)) if (value !== null) console.log(`${name}\t${value}`);
    for (const { scannedAt, sessionId, direction, outcome, reason, deviceId } of scans) {
      console.log([scannedAt, sessionId, direction, outcome, reason ?? '', deviceId].join('\t'));
    }
  }),
});

export const badgesCommand = defineCommand({
  meta: { name: 'badges', description: 'Import, find and show badges' },
  subCommands: { import: importBadges, find, show },
});

export const revokeCommand = defineCommand({
  meta: { name: 'revoke', description: 'Refuse badges at every door within 60 s' },
  args: {
    badges: { type: 'positional', description: 'One or more badgeIds', required: true },
    reason: { type: 'string', description: 'Why, for the badge’s record' },
    ...connectionArgs,
  },
  run: reporting(async ({ args }) => {
    const { api, params } = connect(args);
    const body = args.reason === undefined ? {} : { reason: args.reason };
    for (const badgeId of args._) {
      const call = { params: { ...params, badge: badgeId }, body };
      const { revokedAt } = (await api.call('POST /v1/events/{event}/badges/{badge}/revoke', call)).body;
      console.log(`${badgeId} revoked at ${revokedAt}`);
    }
  }),
});
