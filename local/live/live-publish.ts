import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { signPublish } from '../../shared/runtime/live/appsync.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { UNAUTHORIZED } from './live-protocol.ts';

/** https://docs.aws.amazon.com/appsync/latest/eventapi/publish-http.html */
const MAX_EVENTS = 5;
const MAX_EVENT_BYTES = 240 * 1024;
const MAX_REQUEST_BYTES = MAX_EVENTS * MAX_EVENT_BYTES * 2;

const isJson = (value: string): boolean => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};

const publication = z.object({
  channel: z.string(),
  events: z
    .array(
      z
        .string()
        .refine(isJson, 'must be JSON')
        .refine((event) => Buffer.byteLength(event) <= MAX_EVENT_BYTES, 'must have at most 240 KB'),
    )
    .min(1)
    .max(MAX_EVENTS),
});

export type Published =
  | { readonly kind: 'published'; readonly channel: string; readonly events: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly errorType: string;
      readonly message: string;
    };

const readText = async (incoming: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > MAX_REQUEST_BYTES) return undefined;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Signs the request again as the host's functions do, to see whether the same comes out. */
const isSigned = async (incoming: IncomingMessage, url: string, body: string): Promise<boolean> => {
  const given = incoming.headers.authorization ?? '';
  const date = AMZ_DATE.exec(String(incoming.headers['x-amz-date'] ?? ''));
  if (!date) return false;
  const [, year, month, day, hour, minute, second] = date;
  const signingDate = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const headers = await signPublish({ url, region: LOCAL.region, credentials }, body, signingDate);
  return headers['authorization'] === given;
};

/** Reads and checks a request to publish. @param url as its signer knew it */
export const readPublication = async (incoming: IncomingMessage, url: string): Promise<Published> => {
  const body = await readText(incoming);
  if (body === undefined) {
    return { kind: 'refused', status: 413, errorType: 'BadRequestException', message: 'Too large' };
  }
  if (incoming.method !== 'POST') {
    return {
      kind: 'refused',
      status: 405,
      errorType: 'MethodNotAllowedException',
      message: 'Publish by POST',
    };
  }
  if (!(await isSigned(incoming, url, body))) {
    return {
      kind: 'refused',
      status: 401,
      ...UNAUTHORIZED,
    };
  }
  const parsed = publication.safeParse(isJson(body) ? JSON.parse(body) : undefined);
  if (!parsed.success) {
    const message = z.prettifyError(parsed.error).replaceAll('\n', ' ');
    return { kind: 'refused', status: 400, errorType: 'BadRequestException', message };
  }
  return { kind: 'published', ...parsed.data };
};
