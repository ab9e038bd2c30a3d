import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AppSyncAuthorizationType, type ChannelNamespace, EventApi } from 'aws-cdk-lib/aws-appsync';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CHANNEL_NAMESPACE } from '../shared/runtime/live/channel.ts';
import { resource } from './constructs/resource.ts';

const { IAM, LAMBDA } = AppSyncAuthorizationType;

/** The live channel: `count` publishes by its role, people watch by their token. */
export class LiveStack extends Stack {
  private readonly api: EventApi;
  private readonly counts: ChannelNamespace;

  /** @param authorizer makes the function that says who may watch, in the given scope */
  constructor(scope: Construct, id: string, authorizer: (scope: Construct) => IFunction, props: StackProps) {
    super(scope, id, props);

    const handler = authorizer(this);
    this.api = new EventApi(this, 'Live', {
      apiName: 'turnout-live',
      authorizationConfig: {
        authProviders: [
          { authorizationType: IAM },
          {
            authorizationType: LAMBDA,
            // A remembered verdict would outlive a revoked token, and be taken for other channels too.
            lambdaAuthorizerConfig: { handler, resultsCacheTtl: Duration.seconds(0) },
          },
        ],
        connectionAuthModeTypes: [LAMBDA],
        defaultPublishAuthModeTypes: [IAM],
        defaultSubscribeAuthModeTypes: [LAMBDA],
      },
    });
    this.counts = this.api.addChannelNamespace(CHANNEL_NAMESPACE, {
      authorizationConfig: { publishAuthModeTypes: [IAM], subscribeAuthModeTypes: [LAMBDA] },
    });

    new CfnOutput(this, 'LiveUrl', { value: this.socketUrl });
  }

  private get socketUrl(): string {
    return `wss://${this.api.realtimeDns}/event/realtime`;
  }

  /** What a page that watches talks to. */
  get origins(): string[] {
    return [`wss://${this.api.realtimeDns}`];
  }

  get resources() {
    return {
      'live channel': resource({
        service: 'appsync',
        arn: this.counts.channelNamespaceArn,
        settings: {
          /** AppSync Events: where to publish and where to watch. */
          LIVE_HTTP_URL: `https://${this.api.httpDns}/event`,
          LIVE_SOCKET_URL: this.socketUrl,
        },
      }),
    };
  }
}
