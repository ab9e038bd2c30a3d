import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { securityHeaders } from '../web/serving.ts';
import { pageHeaders } from './constructs/page-headers.ts';
import { deployPages } from './constructs/pages-deployment.ts';
import { pageRouter } from './page-router.ts';

/** Served by the functions of `public-pages`, not by the build. */
const RENDERED = ['/announcements*', '/rooms*'];
const KEEP_LOGS = Duration.days(30);

interface PagesProps extends StackProps {
  /** Folder of the pages' build. */
  readonly build: string;
  readonly apiHost: string;
  /** Other origins that scripts may talk to. */
  readonly connect: readonly string[];
  /** The event that the pages show, unless `?event=` names another. */
  readonly event: string | null;
  /** Taken as the distribution's own name when there is a certificate for it. */
  readonly publicUrl: string;
  /** Of us-east-1, as CloudFront wants it; empty: pages are at CloudFront's name. */
  readonly certificateArn: string;
}

/** The pages' build in a private bucket, and the API, at one address: everything is of one origin. */
export class PagesStack extends Stack {
  constructor(scope: Construct, id: string, props: PagesProps) {
    const { build, apiHost, connect, event, publicUrl, certificateArn, ...own } = props;
    super(scope, id, own);
    const logs = this.bucket('Logs', {
      // CloudFront writes logs by an access control list.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: KEEP_LOGS }],
    });
    const pages = this.bucket('Pages', {});
    const api = new HttpOrigin(apiHost);
    const named = publicUrl !== '' && certificateArn !== '';
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Turnout: pages and API',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(pages),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: pageHeaders(this, securityHeaders(connect)),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.router() }],
      },
      additionalBehaviors: Object.fromEntries([
        ['/v1/*', answers(api)],
        ...RENDERED.map((path) => [path, this.rendered(api)]),
      ]),
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Conferences are anywhere; this leaves out the dearest two regions only.
      priceClass: PriceClass.PRICE_CLASS_200,
      logBucket: logs,
      ...(named && {
        domainNames: [new URL(publicUrl).hostname],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      }),
    });
    this.acknowledge(distribution, logs, pages, named);
    deployPages(this, pages, build, { event, local: false });
    new CfnOutput(this, 'PagesUrl', { value: `https://${distribution.distributionDomainName}` });
  }

  private bucket(id: string, props: BucketProps): IBucket {
    const made: unknown = new Bucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
    if (!isBucket(made)) throw new Error('a Bucket is an IBucket');
    return made;
  }

  private router(): EdgeFunction {
    return new EdgeFunction(this, 'Router', {
      comment: 'The file of the build that answers a path',
      code: FunctionCode.fromInline(pageRouter()),
      runtime: FunctionRuntime.JS_2_0,
    });
  }

  private policy: CachePolicy | undefined;

  /** Kept for as long as the page says, in each language apart. */
  private rendered(origin: HttpOrigin): BehaviorOptions {
    this.policy ??= new CachePolicy(this, 'Rendered', {
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.minutes(1),
      queryStringBehavior: CacheQueryStringBehavior.all(),
      headerBehavior: CacheHeaderBehavior.allowList('Accept-Language'),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
    return { ...answers(origin), cachePolicy: this.policy };
  }

  private acknowledge(distribution: Distribution, logs: IBucket, pages: IBucket, named: boolean): void {
    const reasons = [
      [
        distribution,
        'AwsSolutions-CFR1',
        'A conference has guests from every country: no country is shut out.',
      ],
      [
        distribution,
        'AwsSolutions-CFR2',
        'Open routes are throttled by API Gateway, and the rest is files: a firewall would cost more than it keeps out.',
      ],
      [logs, 'AwsSolutions-S1', 'This is the bucket of logs: a log of its own would log itself.'],
      [
        pages,
        'AwsSolutions-S1',
        'Only CloudFront reads this bucket, and CloudFront logs each request by itself.',
      ],
    ] as const;
    for (const [scope, id, reason] of reasons) Validations.of(scope).acknowledge({ id, reason });
    if (named) return;
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason:
        'CloudFront’s own name comes with CloudFront’s own certificate, whose protocols nobody chooses; ' +
        'with certificateArn in cdk.json it is TLS 1.2 of 2021 and later.',
    });
  }
}

const answers = (origin: HttpOrigin): BehaviorOptions => ({
  origin,
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  // The API is known by its own name alone.
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
});

/** CDK declares the two so that `exactOptionalPropertyTypes` takes them for different. */
const isBucket = (made: unknown): made is IBucket => made instanceof Bucket;
