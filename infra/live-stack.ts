import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AppSyncAuthorizationType, type ChannelNamespace, EventApi } from 'aws-cdk-lib/aws-appsync';
import type { Construct } from 'constructs';
import { CHANNEL_NAMESPACE } from '../shared/runtime/live/channel.ts';
import { TurnoutFunction } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';

const { IAM, LAMBDA } = AppSyncAuthorizationType;

/** The live channel: `count` publishes by its role, people watch by their token. */
export class LiveStack extends Stack {
  /** `https://<host>/event` */
  readonly httpUrl: string;
  /** `wss://<host>/event/realtime` */
  readonly socketUrl: string;
  /** What a function may publish on. */
  readonly channelsArn: string;

  constructor(scope: Construct, id: string, foundation: Omit<Foundation, 'live'>, props: StackProps) {
    super(scope, id, props);

    const { lambda } = new TurnoutFunction(this, 'live-authorizer', foundation);
    const api = new EventApi(this, 'Live', {
      apiName: 'turnout-live',
      authorizationConfig: {
        authProviders: [
          { authorizationType: IAM },
          {
            authorizationType: LAMBDA,
            // A remembered verdict would outlive a revoked token, and be taken for other channels too.
            lambdaAuthorizerConfig: { handler: lambda, resultsCacheTtl: Duration.seconds(0) },
          },
        ],
        connectionAuthModeTypes: [LAMBDA],
        defaultPublishAuthModeTypes: [IAM],
        defaultSubscribeAuthModeTypes: [LAMBDA],
      },
    });
    const counts: ChannelNamespace = api.addChannelNamespace(CHANNEL_NAMESPACE, {
      authorizationConfig: { publishAuthModeTypes: [IAM], subscribeAuthModeTypes: [LAMBDA] },
    });

    this.httpUrl = `https://${api.httpDns}/event`;
    this.socketUrl = `wss://${api.realtimeDns}/event/realtime`;
    this.channelsArn = counts.channelNamespaceArn;
    new CfnOutput(this, 'LiveUrl', { value: this.socketUrl });
  }
}
