import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { cached } from '../../../shared/runtime/cached.ts';

/** An account's quota is raised by AWS now and then, never lowered within minutes. */
const QUOTA_MAX_AGE_MS = 5 * 60_000;

/**
 * Spaces mails out so that all senders together stay within the account's rate, which is read, not assumed.
 * @param senders how many of these may run at once
 * @param wait sleeps for some ms
 */
export const accountPace = (
  ses: Pick<SESv2Client, 'send'>,
  senders: number,
  clock: () => number,
  wait: (ms: number) => Promise<unknown>,
) => {
  const rate = cached(
    async () => {
      const { SendQuota } = await ses.send(new GetAccountCommand({}));
      return SendQuota?.MaxSendRate ?? 1;
    },
    { maxAgeMs: QUOTA_MAX_AGE_MS },
  );
  let next = 0;
  return async (): Promise<void> => {
    const gapMs = (1000 * senders) / Math.max(0.1, await rate('account'));
    const at = Math.max(clock(), next);
    next = at + gapMs;
    const ahead = at - clock();
    if (ahead > 0) await wait(ahead);
  };
};
