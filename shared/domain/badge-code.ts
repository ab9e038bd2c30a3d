import { wordPattern } from './event-words.ts';

/**
 * The printed code of a badge: `T1.<event>.<badgeId>.<category>.<country or ->.<kid>.<signature>`, the
 * Ed25519 signature in base64url over all that stands before its dot; of a later print of the same badge
 * `T2.<event>.<badgeId>.<category>.<country or ->.<kid>.<issue>.<signature>`, with its number from 2 on. It says
 * enough to decide at the door without asking anyone. Used by the server and in browsers. See docs/badge-codes.md.
 */
const FIRST_PRINT = 'T1';
const LATER_PRINT = 'T2';
const OURS = /^T\d+\./;

const eventPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const badgeIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const countryPattern = /^[A-Z]{2}$/;
const keyIdPattern = /^[a-z0-9]{1,16}$/;
/** From 2 on, in one spelling. */
const issuePattern = /^(?:[2-9]|[1-9]\d{1,4})$/;

export interface BadgeClaims {
  readonly event: string;
  readonly badgeId: string;
  readonly category: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** Which of the event's keys signed. */
  readonly kid: string;
  /** Number of the print, from 1. */
  readonly issue: number;
}

export interface SignedBadgeCode extends BadgeClaims {
  readonly kind: 'signed';
  /** What the signature is over. */
  readonly signed: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export type BadgeCode =
  | SignedBadgeCode
  /** Begins as ours and is broken: misread, or made up. */
  | { readonly kind: 'malformed' }
  /** Another system's code. */
  | { readonly kind: 'foreign' };

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/** 64 bytes. The last letter carries four spare bits: one signature has one spelling, else a changed bit would pass. */
const signaturePattern = /^[A-Za-z0-9_-]{85}[AQgw]$/;

const signatureBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** Reads a printed code; says nothing about whether its signature is right. */
export const parseBadgeCode = (text: string): BadgeCode => {
  if (!OURS.test(text)) return { kind: 'foreign' };
  const parts = text.split('.');
  const [version, event = '', badgeId = '', category = '', country = '', kid = '', ...rest] = parts;
  const [issueText, signatureText = ''] = rest.length === 2 ? rest : ['1', rest[0]];
  const wellFormed =
    (parts.length === 7
      ? version === FIRST_PRINT
      : parts.length === 8 && version === LATER_PRINT && issuePattern.test(issueText ?? '')) &&
    eventPattern.test(event) &&
    badgeIdPattern.test(badgeId) &&
    wordPattern.test(category) &&
    (country === '-' || countryPattern.test(country)) &&
    keyIdPattern.test(kid) &&
    signaturePattern.test(signatureText);
  if (!wellFormed) return { kind: 'malformed' };
  return {
    kind: 'signed',
    event,
    badgeId,
    category,
    country: country === '-' ? null : country,
    kid,
    issue: Number(issueText),
    signed: text.slice(0, text.lastIndexOf('.')),
    signature: signatureBytes(signatureText),
  };
};

/** What is to be signed for a badge. */
export const badgeCodeBody = ({ event, badgeId, category, country, kid, issue }: BadgeClaims): string => {
  const claims = [event, badgeId, category, country ?? '-', kid];
  return (issue === 1 ? [FIRST_PRINT, ...claims] : [LATER_PRINT, ...claims, issue]).join('.');
};

export const badgeCodeText = (body: string, signature: Uint8Array): string =>
  `${body}.${toBase64Url(signature)}`;

const encoder = new TextEncoder();

/**
 * Whether one of the event's keys signed the code. `verify` does the mathematics: at once with Node's
 * crypto, or as a promise with a browser's.
 */
export const verifyBadgeCode = <Verdict extends boolean | Promise<boolean>>(
  { kid, signed, signature }: SignedBadgeCode,
  verify: (kid: string, signed: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Verdict,
): Verdict => verify(kid, encoder.encode(signed), signature);
