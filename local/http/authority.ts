import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import * as z from 'zod';
import { readOrCreate } from '../data-folder.ts';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Apple's systems refuse what holds longer: https://support.apple.com/en-us/103769 */
const CERTIFICATE_DAYS = 397;

const pair = z.object({ private: z.string(), cert: z.string() });
const keys = { keySize: 2048, algorithm: 'sha256' } as const;
const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

const makeAuthority = async (): Promise<string> => {
  const made = await generate([{ name: 'commonName', value: `Turnout on ${hostname()}` }], {
    ...keys,
    notAfterDate: daysFromNow(AUTHORITY_DAYS),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return JSON.stringify({ private: made.private, cert: made.cert });
};

export interface Authority {
  /** PEM, for devices to trust. */
  readonly certificate: string;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
  /** A certificate for these addresses. */
  issue(addresses: readonly string[]): Promise<{ readonly key: string; readonly cert: string }>;
}

/** The data folder's own certificate authority: who trusts it once can reach the host at every later address. */
export const localAuthority = async (data: string): Promise<Authority> => {
  const stored = await readOrCreate(join(data, 'tls-authority.json'), makeAuthority);
  const authority = pair.parse(JSON.parse(stored));
  return {
    certificate: authority.cert,
    fingerprint: new X509Certificate(authority.cert).fingerprint256,
    issue: async (addresses) => {
      const made = await generate([{ name: 'commonName', value: hostname() }], {
        ...keys,
        notAfterDate: daysFromNow(CERTIFICATE_DAYS),
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: `${hostname()}.local` },
              ...addresses.map((ip) => ({ type: 7 as const, ip })),
            ],
          },
        ],
      });
      return { key: made.private, cert: made.cert };
    },
  };
};
