import type { Stack } from 'aws-cdk-lib';
import { resource } from './resource.ts';

/** A deployment without a sender says so by this; readEnv takes no empty text. */
const NO_SENDER = 'none';

/** Of `Name <address@domain>`, the domain, which SES knows as an identity. */
const domainOf = (mailFrom: string): string => /@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'none.invalid';

/** SES: the identity that mails are sent as, and the account whose rate is read. */
export const mailResources = (stack: Stack, mailFrom: string) => ({
  'mail identity': resource({
    service: 'ses',
    arn: stack.formatArn({ service: 'ses', resource: 'identity', resourceName: domainOf(mailFrom) }),
    settings: { MAIL_FROM: mailFrom || NO_SENDER },
  }),
  // GetAccount has no resource type in IAM.
  'mail account': resource({ service: 'ses', arn: '*', settings: {} }),
});
