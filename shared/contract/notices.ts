import * as z from 'zod/mini';
import { conflictReason } from './check-ins.ts';
import { badgeId, deviceId, slug, time } from './values.ts';

const device = z.object({ deviceId, scannedAt: time });

/** What the operations topic is told, by type of CloudEvent. None of it says who somebody is by name. */
export const noticeData = {
  'io.turnout.session.capacity.v1': z.object({
    sessionId: slug,
    threshold: z
      .int()
      .register(z.globalRegistry, { description: 'per cent of the capacity that was crossed upwards' }),
    inside: z.int(),
    capacity: z.int(),
  }),
  'io.turnout.device.silent.v1': z.object({
    deviceId,
    name: z.string(),
    lastSeenAt: time,
    lastScanAt: z.nullable(time),
    queued: z.nullable(z.int()),
    sessions: z
      .array(slug)
      .register(z.globalRegistry, { description: 'running sessions that the device may scan for' }),
  }),
  'io.turnout.counts.drift.v1': z.object({
    what: z.enum(['counter', 'gate']),
    sessionId: slug,
    shard: z.nullable(z.int()),
    counted: z.record(z.string(), z.number()),
    stored: z.record(z.string(), z.number()),
  }),
  'io.turnout.checkin.conflict.v1': z.object({
    sessionId: slug,
    badgeId,
    conflict: conflictReason,
    scanId: z.string(),
    scan: device,
    previous: z.nullable(device),
  }),
} as const;

export type NoticeType = keyof typeof noticeData;
export type NoticeData<Type extends NoticeType> = z.infer<(typeof noticeData)[Type]>;

/** A CloudEvent (1.0). The same id is always the same notice: it may arrive more than once. */
export type Notice = {
  readonly [Type in NoticeType]: {
    readonly specversion: '1.0';
    readonly id: string;
    readonly source: string;
    readonly type: Type;
    readonly time: string;
    readonly datacontenttype: 'application/json';
    readonly data: NoticeData<Type>;
  };
}[NoticeType];

const envelopeOf = (event: string, id: string, at: number) => ({
  specversion: '1.0' as const,
  id: `${event}.${id}`,
  source: `/events/${event}`,
  time: new Date(at).toISOString(),
  datacontenttype: 'application/json' as const,
});

/** @param at ms since 1970 */
export const capacityNotice = (
  event: string,
  data: NoticeData<'io.turnout.session.capacity.v1'>,
  crossing: number,
  at: number,
): Notice => ({
  ...envelopeOf(event, `${data.sessionId}.capacity.${data.threshold}.${crossing}`, at),
  type: 'io.turnout.session.capacity.v1',
  data,
});

export const silentNotice = (
  event: string,
  data: NoticeData<'io.turnout.device.silent.v1'>,
  at: number,
): Notice => ({
  ...envelopeOf(event, `${data.deviceId}.silent.${data.lastSeenAt}`, at),
  type: 'io.turnout.device.silent.v1',
  data,
});

/** @param round which verification found it: while drift lasts, each one says so */
export const driftNotice = (
  event: string,
  data: NoticeData<'io.turnout.counts.drift.v1'>,
  round: string,
  at: number,
): Notice => ({
  ...envelopeOf(event, `${data.sessionId}.${data.shard ?? data.what}.drift.${round}`, at),
  type: 'io.turnout.counts.drift.v1',
  data,
});

export const conflictNotice = (
  event: string,
  data: NoticeData<'io.turnout.checkin.conflict.v1'>,
  at: number,
): Notice => ({
  ...envelopeOf(event, `${data.sessionId}.conflict.${data.scanId}`, at),
  type: 'io.turnout.checkin.conflict.v1',
  data,
});

const anyNotice = z.custom<Notice>(
  (value) => z.object({ id: z.string(), type: z.string(), data: z.unknown() }).safeParse(value).success,
);
/** Notices that were kept as text until they were sent. */
export const parseNotices = (text: string): Notice[] => z.array(anyNotice).parse(JSON.parse(text));
