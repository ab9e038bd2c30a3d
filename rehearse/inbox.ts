import * as z from 'zod';

/** What this service's CloudEvents have in them. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  time: z.string(),
  data: z.object({
    announcementId: z.string(),
    edition: z.int(),
    language: z.string(),
    title: z.string(),
  }),
});
type CloudEvent = z.infer<typeof cloudEvent>;

export interface Arrival {
  /** Ms since 1970. */
  readonly at: number;
  /** When SNS took it for everybody, where its envelope says so. */
  readonly takenAt: number | undefined;
  readonly event: CloudEvent;
}

const envelope = z.object({
  Type: z.literal('Notification'),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
});

/** The CloudEvent in an SNS message, whether it comes in SNS's envelope or raw. Throws when it is neither. */
export const readArrival = (text: string, at: number): Arrival => {
  const value: unknown = JSON.parse(text);
  const { data: wrapped } = envelope.safeParse(value);
  return {
    at,
    takenAt: wrapped && Date.parse(wrapped.Timestamp),
    event: cloudEvent.parse(wrapped ? JSON.parse(wrapped.Message) : value),
  };
};

/** What one subscriber received, in order of arrival. */
export interface Subscriber {
  readonly name: string;
  readonly language: string;
  readonly arrivals: readonly Arrival[];
  /** What was wrong with what arrived: signatures, unreadable messages. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}
