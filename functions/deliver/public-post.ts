import { lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly cause: string };

export type Post = (
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
) => Promise<PostAnswer>;

export interface PostRules {
  /** Lets endpoints be on this machine; only the embedded host sets it. */
  readonly loopback: boolean;
  readonly timeoutMs?: number;
}

/** From the first byte to the last of the answer, in ms. */
const TIMEOUT_MS = 10_000;
/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 1024;

const loopbackOnly = new BlockList();
loopbackOnly.addSubnet('127.0.0.0', 8);
loopbackOnly.addAddress('::1', 'ipv6');

/** All that is handed out of IPv6 as global unicast. https://www.iana.org/assignments/ipv6-address-space */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Addresses that mean the same machine to everybody; ipaddr.js knows IANA's registries of the others. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
};

const allowed = (address: string, { loopback }: PostRules): boolean =>
  isPublicAddress(address) ||
  (loopback && loopbackOnly.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));

/**
 * Resolves a name and hands on only addresses that are allowed. The connection is made to what was judged, so that a
 * name that resolves differently the next moment (DNS rebinding) gets nowhere.
 */
const judgedLookup =
  (rules: PostRules): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const good = addresses.filter(({ address }) => allowed(address, rules));
      const [first] = good;
      if (!first) return callback(Object.assign(new Error('no public address'), { code: 'NOT_PUBLIC' }), '');
      return options.all ? callback(null, good) : callback(null, first.address, first.family);
    });
  };

const causeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'NOT_PUBLIC') return 'its name has no public address';
  if (code === 'ABORT_ERR') return 'no answer in time';
  if (code.startsWith('HPE_')) return 'its answer is not HTTP';
  return code || (error instanceof Error ? error.name : 'unknown');
};

/** Posts to an endpoint on the public internet: no redirect is followed, no answer read whole, no socket kept. */
export const publicPost =
  (rules: PostRules): Post =>
  (target, body, headers) => {
    const url = new URL(target);
    const bare = url.hostname.replace(/^\[|\]$/g, '');
    // Node resolves no address, so an address never reaches the lookup.
    if (isIP(bare) && !allowed(bare, rules))
      return Promise.resolve({ kind: 'failed', cause: 'its address is not public' });
    if (url.protocol !== 'https:' && !rules.loopback)
      return Promise.resolve({ kind: 'failed', cause: 'it is not https' });
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((done) => {
      const outgoing = request(url, {
        method: 'POST',
        headers: { 'user-agent': 'Turnout', ...headers, 'content-length': String(Buffer.byteLength(body)) },
        lookup: judgedLookup(rules),
        agent: false,
        signal: AbortSignal.timeout(rules.timeoutMs ?? TIMEOUT_MS),
      });
      let status: number | undefined;
      // Whoever gave a status has the message, whatever becomes of the rest of the answer.
      const failed = (error: unknown) =>
        done(status === undefined ? { kind: 'failed', cause: causeOf(error) } : { kind: 'answered', status });
      outgoing.on('error', failed);
      // Comes last, and alone when the receiver wants to go on in another protocol (101).
      outgoing.on('close', () =>
        failed(Object.assign(new Error('closed'), { code: 'no answer to the request' })),
      );
      outgoing.on('response', (incoming) => {
        const { statusCode = 0 } = incoming;
        status = statusCode;
        let bytes = 0;
        const finish = () => {
          done({ kind: 'answered', status: statusCode });
          incoming.destroy();
        };
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) finish();
        });
        incoming.on('end', finish);
        incoming.on('error', failed);
      });
      outgoing.end(body);
    });
  };
