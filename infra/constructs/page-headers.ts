import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

const HSTS_AGE = Duration.days(365);

/** What CloudFront has a setting for, and takes in no other way; the rest goes as it is. */
const OWN_SETTINGS = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
];

/**
 * The headers of `securityHeaders`, as CloudFront takes them, and HSTS.
 * @throws when the list says other than CloudFront would send
 */
export const pageHeaders = (
  scope: Construct,
  headers: Readonly<Record<string, string>>,
): ResponseHeadersPolicy => {
  const same = (name: string, value: string): void => {
    if (headers[name] !== value) throw new Error(`CloudFront would send ${name}: ${value}`);
  };
  same('x-content-type-options', 'nosniff');
  same('x-frame-options', 'DENY');
  same('referrer-policy', HeadersReferrerPolicy.NO_REFERRER);
  const override = true;
  return new ResponseHeadersPolicy(scope, 'Headers', {
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        contentSecurityPolicy: headers['content-security-policy'] ?? '',
        override,
      },
      contentTypeOptions: { override },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: { accessControlMaxAge: HSTS_AGE, override },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(headers)
        .filter(([name]) => !OWN_SETTINGS.includes(name))
        .map(([header, value]) => ({ header, value, override })),
    },
  });
};
