import { HostError } from '../errors.ts';
import { LOCAL, localArn } from './intrinsics.ts';

export interface TemplateResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The name it was given, or one made of stack and logical id. */
  readonly name: string;
}

/** What is only known when the host's servers listen. */
export interface Addresses {
  readonly baseUrl: string;
  queueUrl(name: string): string;
  /**
   * A value for a reference that the host has no own answer for (`attribute` is `Ref` for a plain
   * reference): later parts of the host plug themselves in here.
   */
  reference?: ((resource: TemplateResource, attribute: string) => string | undefined) | undefined;
}

export const USER_POOL_CLIENT = 'local-client';
const poolId = (name: string): string => `${LOCAL.region}_${name.replaceAll(/[^A-Za-z0-9]/g, '')}`;
const poolHost = (name: string): string => `cognito-idp.${LOCAL.region}.amazonaws.com/${poolId(name)}`;

/** Below this, the host serves what AppSync Events serves on hosts of its own. */
export const LIVE_PATH = '/local/live';

type Attributes = Readonly<Record<string, string | undefined>>;

/** What Ref and GetAtt give, per type: "Return values" of the type's page in the CloudFormation reference. */
const attributesOf = (
  { type, name, logicalId }: TemplateResource,
  { baseUrl, queueUrl }: Addresses,
): Attributes => {
  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const arn = localArn('dynamodb', `table/${name}`);
      return { Ref: name, Arn: arn, StreamArn: `${arn}/stream/local` };
    }
    case 'AWS::Lambda::Function':
      return { Ref: name, Arn: localArn('lambda', `function:${name}`) };
    case 'AWS::SNS::Topic': {
      const arn = localArn('sns', name);
      return { Ref: arn, TopicArn: arn, TopicName: name };
    }
    case 'AWS::SQS::Queue':
      return { Ref: queueUrl(name), QueueUrl: queueUrl(name), Arn: localArn('sqs', name), QueueName: name };
    case 'AWS::SecretsManager::Secret': {
      const arn = localArn('secretsmanager', `secret:${name}-local1`);
      return { Ref: arn, Id: arn };
    }
    case 'AWS::Cognito::UserPool': {
      const host = poolHost(name);
      const arn = localArn('cognito-idp', `userpool/${poolId(name)}`);
      return {
        Ref: poolId(name),
        UserPoolId: poolId(name),
        Arn: arn,
        ProviderName: host,
        ProviderURL: `https://${host}`,
      };
    }
    case 'AWS::Cognito::UserPoolClient':
      return { Ref: USER_POOL_CLIENT, ClientId: USER_POOL_CLIENT };
    case 'AWS::ApiGatewayV2::Api':
      return { Ref: 'local', ApiId: 'local', ApiEndpoint: baseUrl };
    case 'AWS::SES::ConfigurationSet':
      return { Ref: name };
    case 'AWS::ApiGatewayV2::Integration':
    case 'AWS::ApiGatewayV2::Authorizer':
    case 'AWS::ApiGatewayV2::Route':
    case 'AWS::ApiGatewayV2::Stage':
      return { Ref: logicalId };
    case 'AWS::AppSync::Api': {
      const place = `${new URL(baseUrl).host}${LIVE_PATH}`;
      const arn = localArn('appsync', 'apis/local');
      return { ApiId: 'local', ApiArn: arn, 'Dns.Http': place, 'Dns.Realtime': place };
    }
    case 'AWS::AppSync::ChannelNamespace':
      return { ChannelNamespaceArn: localArn('appsync', `apis/local/channelNamespace/${name}`) };
    case 'AWS::IAM::Role':
      return { Ref: name, Arn: `arn:aws:iam::${LOCAL.account}:role/${name}` };
    default:
      return {};
  }
};

/** @throws {HostError} `AssemblyUnsupported` when nothing here can stand for it */
export const referenceTo = (resource: TemplateResource, attribute: string, addresses: Addresses): string => {
  const value = addresses.reference?.(resource, attribute) ?? attributesOf(resource, addresses)[attribute];
  if (value !== undefined) return value;
  throw new HostError(
    'AssemblyUnsupported',
    `${resource.stack}: something refers to ${resource.logicalId}.${attribute} (${resource.type}), which the embedded host does not provide`,
  );
};

/** User pools' issuers, as they stand in the environments, to be replaced by the local issuer. */
export const isUserPool = ({ type }: TemplateResource): boolean => type === 'AWS::Cognito::UserPool';
export const userPoolIssuer = ({ name }: TemplateResource): string => `https://${poolHost(name)}`;
