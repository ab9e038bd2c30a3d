import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { LambdaVersion, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { ApiStack } from './api-stack.ts';
import { TurnoutFunction } from './constructs/turnout-function.ts';
import { DataStack } from './data-stack.ts';
import { DeliveryStack } from './delivery-stack.ts';
import type { Foundation } from './foundation.ts';
import { readFunctions } from './functions.ts';
import { IdentityStack } from './identity-stack.ts';
import { LiveStack } from './live-stack.ts';
import { MessagingStack } from './messaging-stack.ts';
import { PagesStack } from './pages-stack.ts';
import { publicAddress } from './public-address.ts';
import { SchedulesStack } from './schedules-stack.ts';
import { StreamsStack } from './streams-stack.ts';
import { WatchStack } from './watch-stack.ts';

const root = new URL('..', import.meta.url);

/** The feature flags of cdk.json hold too when the app is run without the `cdk` command. */
const cdkJson = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL('cdk.json', root), 'utf8')));

interface Places {
  /** Folder of the assembly; the `cdk` command sets `CDK_OUTDIR`. */
  readonly outdir?: string;
  /** Folder of the bundles. */
  readonly dist?: string;
  /** Folder of the pages' build, to be served by CloudFront. */
  readonly pages?: string | undefined;
}

/** The whole deployment, ready to synthesize; needs no account, region or credentials. */
export const turnoutApp = async ({
  outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out',
  dist = process.env['TURNOUT_DIST'] ?? 'dist',
  pages,
}: Places = {}): Promise<App> => {
  const app = new App({ context: cdkJson.context, outdir, analyticsReporting: false });
  const functions = await readFunctions(new URL('functions/', root), dist);

  const publicUrl = z.string().parse(app.node.getContext('publicUrl'));

  const data = new DataStack(app, 'TurnoutData', { description: 'Turnout: tables' });
  const messaging = new MessagingStack(app, 'TurnoutMessaging', {
    description: 'Turnout: topics and queues',
    topicPrefix: z.string().parse(app.node.getContext('topicPrefix')),
    mailFrom: z.string().default('').parse(app.node.tryGetContext('mailFrom')),
  });
  const identity = new IdentityStack(app, 'TurnoutIdentity', {
    description: 'Turnout: organizers and the signing secret',
    publicUrl: z.string().parse(app.node.getContext('publicUrl')),
  });
  const { operations } = messaging;
  const base = { ...data.resources, ...messaging.resources, ...identity.resources };
  const makeFunction = (scope: Construct, name: string, foundation: Foundation) =>
    new TurnoutFunction(scope, name, foundation).lambda;
  const live = new LiveStack(
    app,
    'TurnoutLive',
    (scope) => makeFunction(scope, 'live-authorizer', { resources: base, functions, operations }),
    { description: 'Turnout: live channel' },
  );
  const foundation: Foundation = { resources: { ...base, ...live.resources }, functions, operations };
  new StreamsStack(app, 'TurnoutStreams', foundation, {
    description: 'Turnout: counting and announcing',
    attendance: data.attendance,
  });
  new SchedulesStack(app, 'TurnoutSchedules', foundation, { description: 'Turnout: releases at their time' });
  new WatchStack(app, 'TurnoutWatch', foundation, { description: 'Turnout: notices to operations' });
  const api = new ApiStack(app, 'TurnoutApi', foundation, {
    description: 'Turnout: HTTP API',
    publicUrl,
  });
  if (pages !== undefined)
    new PagesStack(app, 'TurnoutPages', {
      description: 'Turnout: pages for people',
      build: pages,
      apiHost: api.host,
      connect: [...identity.origins, ...live.origins],
      event: z.string().nullish().default(null).parse(app.node.tryGetContext('event')),
      publicUrl,
      certificateArn: z.string().default('').parse(app.node.tryGetContext('certificateArn')),
    });
  new DeliveryStack(
    app,
    'TurnoutDelivery',
    { ...foundation, resources: { ...foundation.resources, ...publicAddress(api.url) } },
    { description: 'Turnout: mail, webhooks and push' },
  );
  identity.userPool.addTrigger(
    UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
    makeFunction(identity, 'token-claims', foundation),
    LambdaVersion.V2_0,
  );

  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};
