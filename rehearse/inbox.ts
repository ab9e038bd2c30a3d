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
  readonly event: CloudEvent;
}

const envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** The CloudEvent in an SNS message, whether it comes in SNS's envelope or raw. Throws when it is neither. */
export const readCloudEvent = (text: string): CloudEvent => {
  const value: unknown = JSON.parse(text);
  const wrapped = envelope.safeParse(value);
  return cloudEvent.parse(wrapped.success ? JSON.parse(wrapped.data.Message) : value);
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
