import * as z from 'zod';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: times in seconds, numRetries is the sum. */
export const retryPolicy = z.object({
  minDelayTarget: z.number().default(20),
  maxDelayTarget: z.number().default(20),
  numRetries: z.number().default(3),
  numNoDelayRetries: z.number().default(0),
  numMinDelayRetries: z.number().default(0),
  numMaxDelayRetries: z.number().default(0),
  backoffFunction: z.enum(['linear', 'arithmetic', 'geometric', 'exponential']).default('linear'),
});
export type RetryPolicy = z.infer<typeof retryPolicy>;

/**
 * The phases that SNS has for its own endpoints, without the weeks at their end: somebody who tries out
 * a webhook sees all phases within three minutes.
 */
export const LOCAL_RETRIES: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 15,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 0,
  backoffFunction: 'exponential',
};

const between = (policy: RetryPolicy, step: number, steps: number): number => {
  const { minDelayTarget: min, maxDelayTarget: max, backoffFunction } = policy;
  const part = steps <= 1 ? 1 : step / (steps - 1);
  if (backoffFunction === 'linear' || backoffFunction === 'arithmetic') return min + (max - min) * part;
  return min * (max / min) ** part;
};

/** Seconds before each retry. */
export const retryDelays = (policy: RetryPolicy): number[] => {
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries, numRetries } = policy;
  const backoff = Math.max(0, numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries);
  return [
    ...Array.from({ length: numNoDelayRetries }, () => 0),
    ...Array.from({ length: numMinDelayRetries }, () => policy.minDelayTarget),
    ...Array.from({ length: backoff }, (_, step) => between(policy, step, backoff)),
    ...Array.from({ length: numMaxDelayRetries }, () => policy.maxDelayTarget),
  ];
};

const subscriptionPolicy = z.object({ healthyRetryPolicy: retryPolicy.optional() });
const topicPolicy = z.object({
  http: z.object({ defaultHealthyRetryPolicy: retryPolicy.optional() }).optional(),
});

const parsed = <T extends z.ZodType>(schema: T, text: string | undefined): z.output<T> | undefined => {
  if (!text) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** The subscription's own policy, else its topic's, else the local one. */
export const policyOf = (subscription: string | undefined, topic: string | undefined): RetryPolicy =>
  parsed(subscriptionPolicy, subscription)?.healthyRetryPolicy ??
  parsed(topicPolicy, topic)?.http?.defaultHealthyRetryPolicy ??
  LOCAL_RETRIES;
