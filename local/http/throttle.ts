import type { RouteSettings } from '../assembly/specs.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html: a token bucket a route. */
export interface Throttle {
  /** Whether one more request may pass now. */
  take(nowMs: number): boolean;
}

const OPEN: Throttle = { take: () => true };

export const throttle = ({ ThrottlingRateLimit, ThrottlingBurstLimit }: RouteSettings): Throttle => {
  if (ThrottlingRateLimit === undefined && ThrottlingBurstLimit === undefined) return OPEN;
  const perSecond = ThrottlingRateLimit ?? Number.POSITIVE_INFINITY;
  const burst = ThrottlingBurstLimit ?? Math.max(1, Math.ceil(perSecond));
  let tokens = burst;
  let filledAt = 0;
  return {
    take: (nowMs) => {
      const elapsed = Math.max(0, nowMs - filledAt) / 1000;
      tokens = filledAt === 0 ? burst : Math.min(burst, tokens + elapsed * perSecond);
      filledAt = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
};
