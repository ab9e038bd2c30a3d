import { isIP } from 'node:net';
import { Problem } from '../../shared/contract/problem.ts';

/** Where SNS delivers to. */
export interface Endpoint {
  readonly protocol: 'https' | 'http' | 'sqs';
  readonly address: string;
  /** On the machine that delivers: somebody is trying it out. */
  readonly loopback: boolean;
}

export interface EndpointRules {
  /** Lets webhooks be on this machine, also by plain http. */
  readonly loopback: boolean;
  /** The account that this runs in: all of its queues are refused; null where that is everybody's. */
  readonly ownAccount: string | null;
  /** ARNs of our own queues: announcements in them would be taken for something else. */
  readonly ownQueues: readonly string[];
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
/** Names that mean another machine for everybody. https://www.iana.org/assignments/special-use-domain-names */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'lan', 'home.arpa', 'onion', 'invalid'];
const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(?<fifo>\.fifo)?$/;

/** ARN of a queue of ours, from its URL `https://…/<account>/<name>` and the ARN of a topic of ours. */
export const queueArn = (queueUrl: string, neighbourTopicArn: string): string => {
  const [partition, region] = neighbourTopicArn
    .split(':')
    .filter((_part, index) => index === 1 || index === 3);
  return `arn:${partition}:sqs:${region}:${new URL(queueUrl).pathname.split('/').filter(Boolean).join(':')}`;
};

interface EndpointSettings {
  readonly LOOPBACK_WEBHOOKS: boolean;
  readonly OPERATIONS_TOPIC_ARN: string;
  readonly ANNOUNCEMENTS_DEAD_QUEUE_ARN: string;
  readonly DUE_QUEUE_URL: string;
  readonly PARKED_QUEUE_URL: string;
}

/** An embedded host has one account for everybody, so there only the queues that we know to be ours are refused. */
export const endpointRules = (settings: EndpointSettings): EndpointRules => ({
  loopback: settings.LOOPBACK_WEBHOOKS,
  ownAccount: settings.LOOPBACK_WEBHOOKS ? null : (settings.OPERATIONS_TOPIC_ARN.split(':')[4] ?? null),
  ownQueues: [
    settings.ANNOUNCEMENTS_DEAD_QUEUE_ARN,
    queueArn(settings.DUE_QUEUE_URL, settings.OPERATIONS_TOPIC_ARN),
    queueArn(settings.PARKED_QUEUE_URL, settings.OPERATIONS_TOPIC_ARN),
  ],
});

export const wrongEndpoint = (detail: string, place = '/endpoint'): Problem =>
  new Problem('validation', `The body is not valid: ${place} ${detail}`, {
    errors: [{ pointer: place, detail }],
  });

const webhook = (text: string, { loopback }: EndpointRules): Endpoint => {
  const url = URL.parse(text);
  if (!url) throw wrongEndpoint('must be an https URL');
  if (url.username || url.password) throw wrongEndpoint('must not hold a user name or password');
  const local = loopback && LOOPBACK_HOSTS.includes(url.hostname);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
    throw wrongEndpoint('must be an https URL');
  if (!local && !isPublicName(url.hostname))
    throw wrongEndpoint('must have a public host name, such as hooks.example.org');
  url.hash = '';
  return { protocol: url.protocol === 'http:' ? 'http' : 'https', address: url.href, loopback: local };
};

/** IP addresses are refused altogether: a certificate names a host. URL spells every form of IPv4 as digits. */
const isPublicName = (hostname: string): boolean => {
  const name = hostname.replace(/\.$/, '');
  if (isIP(name) || name.startsWith('[') || !name.includes('.')) return false;
  return !PRIVATE_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
};

const queue = (text: string, { ownQueues, ownAccount }: EndpointRules): Endpoint => {
  const match = QUEUE_ARN.exec(text);
  if (!match) throw wrongEndpoint('must be the ARN of an SQS queue: arn:aws:sqs:<region>:<account>:<name>');
  if (match.groups?.['fifo'])
    throw wrongEndpoint('must be a standard queue: SNS brings these messages to no FIFO queue');
  if (ownQueues.includes(text) || text.split(':')[4] === ownAccount)
    throw wrongEndpoint('is a queue of this service');
  return { protocol: 'sqs', address: text, loopback: false };
};

/** @throws {Problem} `validation` that says what an endpoint must be */
export const parseEndpoint = (protocol: 'https' | 'sqs', text: string, rules: EndpointRules): Endpoint => {
  switch (protocol) {
    case 'https':
      return webhook(text, rules);
    case 'sqs':
      return queue(text, rules);
  }
};
