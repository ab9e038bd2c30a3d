import * as z from 'zod';
import { isRecord } from '../assembly/intrinsics.ts';

/** https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html */
const HEADER_PREFIX = 'header-';

const headers = z.record(z.string(), z.unknown());

/** Header names of a subprotocol or a message in lower case; values that are not text are left out. */
const headersOf = (value: unknown): Record<string, string> => {
  const parsed = headers.safeParse(value);
  if (!parsed.success) return {};
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([name, text]) =>
      typeof text === 'string' ? [[name.toLowerCase(), text] as const] : [],
    ),
  );
};

/** The headers that a connecting client has put into a subprotocol, since browsers can set none. */
export const headersOfProtocols = (protocols: Iterable<string>): Record<string, string> => {
  for (const protocol of protocols) {
    if (!protocol.startsWith(HEADER_PREFIX)) continue;
    try {
      const text = Buffer.from(protocol.slice(HEADER_PREFIX.length), 'base64url').toString('utf8');
      return headersOf(JSON.parse(text));
    } catch {
      return {};
    }
  }
  return {};
};

export type ClientMessage =
  | { readonly type: 'connection_init' }
  | {
      readonly type: 'subscribe';
      readonly id: string;
      readonly channel: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly type: 'unsubscribe'; readonly id: string }
  | { readonly type: 'unknown'; readonly id: string | undefined; readonly detail: string };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const fieldsOf = (frame: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(frame);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const clientMessage = (frame: string): ClientMessage => {
  const fields = fieldsOf(frame);
  if (!fields) return { type: 'unknown', id: undefined, detail: 'The message is not a JSON object' };
  const [type, id, channel] = [text(fields['type']), text(fields['id']), text(fields['channel'])];
  if (type === 'connection_init') return { type };
  if (type === 'unsubscribe' && id) return { type, id };
  if (type === 'subscribe' && id && channel) {
    return { type, id, channel, headers: headersOf(fields['authorization']) };
  }
  return { type: 'unknown', id, detail: `A message of type ${type ?? '(none)'} is not understood like this` };
};

export interface ProtocolError {
  readonly errorType: string;
  readonly message: string;
  readonly errorCode?: number;
}

export const UNAUTHORIZED: ProtocolError = {
  errorType: 'UnauthorizedException',
  message: 'You are not authorized to make this call.',
};

export const errorsOf = (type: string, error: ProtocolError, id?: string): string =>
  JSON.stringify({ type, ...(id !== undefined && { id }), errors: [error] });

/** A segment has 1 to 50 letters, digits and hyphens, a channel 1 to 5 segments; `*` may end one that is watched. */
const SEGMENT = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?';
const CHANNEL = new RegExp(`^/?(${SEGMENT}(?:/${SEGMENT}){0,4})$`);
const WATCHED = new RegExp(`^/?(${SEGMENT}(?:/${SEGMENT}){0,3}/\\*)$`);

/** A channel with its leading slash, or undefined. */
export const channelName = (channel: string, { wildcard }: { wildcard: boolean }): string | undefined => {
  const [, name] = CHANNEL.exec(channel) ?? (wildcard ? WATCHED.exec(channel) : null) ?? [];
  return name && `/${name}`;
};

export const namespaceOf = (channel: string): string => channel.split('/')[1] ?? '';

export const covers = (watched: string, channel: string): boolean =>
  watched.endsWith('/*') ? channel.startsWith(watched.slice(0, -1)) : watched === channel;
