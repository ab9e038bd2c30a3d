import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Who asks, as far as addresses say. */
export interface Asker {
  readonly sourceIp?: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export const isLoopback = (address = ''): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

/** A house has a /64 of IPv6 at least, and may take any address of it. */
export const networkOf = (address = ''): string => {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
};

/**
 * The visitor as the last station before ours tells him: each appends who it got the request from. Only together with
 * the connection does it say anything: whoever calls the API itself may invent where he comes from.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export const visitorOf = ({ sourceIp, headers }: Asker): string | undefined =>
  (headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .findLast((one) => isIP(one) > 0 && one !== sourceIp) ?? sourceIp;
