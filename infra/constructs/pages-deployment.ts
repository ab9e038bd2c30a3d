import { join } from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { ASSETS, cacheControlOf, SITE_PATH, type Site, START_PAGE } from '../../web/serving.ts';

/** Puts the build into the bucket, assets before the pages that ask for them; nothing needs an invalidation. */
export const deployPages = (scope: Construct, bucket: IBucket, build: string, site: Site): void => {
  const common = {
    destinationBucket: bucket,
    // Pages that are open for days go on asking for the assets that they began with.
    prune: false,
  };
  const assets = new BucketDeployment(scope, 'DeployAssets', {
    ...common,
    sources: [Source.asset(join(build, ASSETS))],
    destinationKeyPrefix: ASSETS,
    cacheControl: [CacheControl.fromString(cacheControlOf(`${ASSETS}/`))],
  });
  const pages = new BucketDeployment(scope, 'DeployPages', {
    ...common,
    sources: [Source.asset(build, { exclude: [ASSETS] }), Source.jsonData(SITE_PATH.slice(1), site)],
    cacheControl: [CacheControl.fromString(cacheControlOf(START_PAGE))],
  });
  pages.node.addDependency(assets);
  acknowledge(scope);
};

/** Of CDK's own function that copies; it is found as CDK names it. */
const acknowledge = (scope: Construct): void => {
  const copier = Stack.of(scope).node.children.find(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  );
  if (!copier) throw new Error('CDK deploys buckets by another function now');
  const because = 'CDK’s own function, which runs while somebody deploys and never afterwards';
  const reasons = {
    'AwsSolutions-L1': `${because}: its runtime is the one that CDK tests it with.`,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]': `${because}: it writes its logs by AWS’s policy for that.`,
    ...Object.fromEntries(
      [
        'Action::s3:GetBucket*',
        'Action::s3:GetObject*',
        'Action::s3:List*',
        'Action::s3:Abort*',
        'Action::s3:DeleteObject*',
        'Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*',
        'Resource::<Pages127DFD1A.Arn>/*',
      ].map((what) => [
        `AwsSolutions-IAM5[${what}]`,
        `${because}: it reads CDK’s assets and writes the bucket of pages.`,
      ]),
    ),
  };
  for (const [id, reason] of Object.entries(reasons)) Validations.of(copier).acknowledge({ id, reason });
};
