import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { pageRouter } from '../../infra/page-router.ts';
import { cacheControlOf, fileOfPath, securityHeaders } from '../../web/serving.ts';
import { type Assembly, type Resource, synthesizePages } from './assembly.ts';

const behaviour = z.object({
  PathPattern: z.string().optional(),
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.string(),
  AllowedMethods: z.array(z.string()).optional(),
});
const distributionSchema = z.object({
  DistributionConfig: z.object({
    CacheBehaviors: z.array(behaviour),
    DefaultCacheBehavior: behaviour,
    Origins: z.array(z.looseObject({ Id: z.string(), DomainName: z.unknown() })),
    HttpVersion: z.string(),
    Logging: z.looseObject({}),
  }),
});
const policySchema = z.object({
  ResponseHeadersPolicyConfig: z.object({
    SecurityHeadersConfig: z.object({
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.unknown() }),
      StrictTransportSecurity: z.unknown(),
    }),
    CustomHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string(), Value: z.string() })) }),
  }),
});
const copySchema = z.looseObject({
  DestinationBucketKeyPrefix: z.string().optional(),
  SystemMetadata: z.object({ 'cache-control': z.string() }),
  Prune: z.boolean(),
});

describe('the pages in AWS', () => {
  let assembly: Assembly;
  let remove: () => void;
  let pages: z.output<typeof distributionSchema>['DistributionConfig'];
  let buckets: Resource[];

  beforeAll(() => {
    ({ assembly, remove } = synthesizePages());
    const [distribution] = assembly.all('AWS::CloudFront::Distribution');
    pages = distributionSchema.parse(distribution?.properties).DistributionConfig;
    buckets = assembly.all('AWS::S3::Bucket');
  });
  afterAll(() => remove?.());

  test('API and rendered pages come from the API’s own address, all else from the bucket', () => {
    const origin = new Map(
      pages.Origins.map(({ Id, DomainName }) => [Id, assembly.text('TurnoutPages', DomainName)]),
    );
    const ways = pages.CacheBehaviors.map(
      ({ PathPattern, TargetOriginId }) => [PathPattern, origin.get(TargetOriginId)] as const,
    );
    expect(ways.map(([path]) => path)).toEqual(['/v1/*', '/announcements*', '/rooms*']);
    for (const [, name] of ways) expect(name).toMatch(/^TurnoutApi\.Api\.execute-api\./);
    expect(origin.get(pages.DefaultCacheBehavior.TargetOriginId)).toMatch(/^TurnoutPages\.Pages\./);
    for (const { AllowedMethods } of pages.CacheBehaviors)
      expect(AllowedMethods).toEqual(expect.arrayContaining(['PUT', 'PATCH', 'POST', 'DELETE']));
  });

  test('nobody reads in clear, and nobody but CloudFront reads the buckets', () => {
    for (const { ViewerProtocolPolicy } of [pages.DefaultCacheBehavior, ...pages.CacheBehaviors])
      expect(ViewerProtocolPolicy).toMatch(/^(https-only|redirect-to-https)$/);
    expect(assembly.all('AWS::CloudFront::OriginAccessControl')).toHaveLength(1);
    expect(buckets).toHaveLength(2);
    for (const { properties, deletionPolicy } of buckets) {
      expect(properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(deletionPolicy).toBe('Retain');
    }
    expect(pages).toMatchObject({ HttpVersion: 'http2and3', Logging: {} });
  });

  test('pages carry each header of the list, and may talk to the sign-in and the live channel alone', () => {
    const [policy] = assembly.all('AWS::CloudFront::ResponseHeadersPolicy');
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policySchema.parse(
      policy?.properties,
    ).ResponseHeadersPolicyConfig;
    const csp = assembly.text('TurnoutPages', security.ContentSecurityPolicy.ContentSecurityPolicy);
    const [, connect = ''] = /connect-src ([^;]*);/.exec(csp) ?? [];
    const [own, ...others] = connect.split(' ');
    expect(own).toBe("'self'");
    expect(others).toEqual([
      expect.stringMatching(/^https:\/\/cognito-idp\./),
      expect.stringMatching(/^https:\/\/TurnoutIdentity\.OrganizersSignIn\.auth\./),
      expect.stringMatching(/^wss:\/\/TurnoutLive\./),
    ]);
    const sent = [
      'content-security-policy',
      'x-content-type-options',
      'x-frame-options',
      'referrer-policy',
      ...custom.Items.map(({ Header }) => Header),
    ];
    expect(sent.toSorted()).toEqual(Object.keys(securityHeaders([])).toSorted());
  });

  test('assets are kept for good and stay when they are old, pages are asked for anew', () => {
    const copies = assembly
      .all('Custom::CDKBucketDeployment')
      .map(({ properties }) => copySchema.parse(properties));
    expect(
      copies.map(({ DestinationBucketKeyPrefix: folder, SystemMetadata, Prune }) => [
        folder,
        SystemMetadata['cache-control'],
        Prune,
      ]),
    ).toEqual([
      ['assets', cacheControlOf('assets/a.js'), false],
      [undefined, 'no-cache', false],
    ]);
  });

  test('CloudFront’s function finds the file that the embedded host finds', () => {
    const paths = [
      '/',
      '/organizer',
      '/organizer/rooms/opening-ceremony',
      '/organizer/',
      '/organizers',
      '/scan',
      '/scan/x',
      '/scan-sw.js',
      '/assets/start-abc.js',
      '/site.json',
      '/nothing',
    ];
    for (const uri of paths) {
      const routed: unknown = runInNewContext(`${pageRouter()};handler(event).uri`, {
        event: { request: { uri } },
      });
      expect(routed, uri).toBe(`/${fileOfPath(uri)}`);
    }
  });

  test('whoever deploys is told the address', () => {
    expect(assembly.outputs('TurnoutPages')).toContain('PagesUrl');
  });
});
