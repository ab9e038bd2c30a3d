import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Role } from '../shared/contract/operation.ts';
import { resource } from './constructs/resource.ts';

/** Roles that people have; devices have the others. */
const GROUPS = [
  { role: 'organizer', description: 'Runs events: programme, badges, devices, counts' },
  { role: 'viewer', description: 'Reads attendance' },
  { role: 'press', description: 'Writes announcements' },
] as const satisfies readonly { role: Role; description: string }[];

/** Where `turnout login` listens (RFC 8252 section 7.3). */
const CLI_CALLBACK = 'http://localhost:8976/callback';

interface IdentityProps extends StackProps {
  /** Where the pages are, without a slash at its end; empty: nowhere yet. */
  readonly publicUrl: string;
}

/** People who sign in, and the secret that badge keys are derived from. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  private readonly client: UserPoolClient;
  private readonly domain: UserPoolDomain;
  private readonly signingSecret: Secret;
  private readonly sealingSecret: Secret;

  constructor(scope: Construct, id: string, { publicUrl, ...props }: IdentityProps) {
    super(scope, id, props);

    this.userPool = new UserPool(this, 'Organizers', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      // Slugs of the events that a person works for, `*` for all; `token-claims` puts them into tokens.
      customAttributes: { events: new StringAttribute({ mutable: true, maxLen: 2048 }) },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'The plus plan adds risk scores to sign-ins. A handful of organizers who are invited by hand, with a ' +
        'required second factor, do not pay for its price per user.',
    });
    for (const { role, description } of GROUPS) {
      this.userPool.addGroup(role, { groupName: role, description });
    }

    const page = publicUrl === '' ? [] : [`${publicUrl}/organizer`];
    // Cognito's own pages sign in, and enrol the second factor; the account's id makes the name unique.
    this.domain = this.userPool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: `turnout-${Aws.ACCOUNT_ID}` },
    });
    this.client = this.userPool.addClient('Pages', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [CLI_CALLBACK, ...page],
        logoutUrls: page,
      },
      refreshTokenRotationGracePeriod: Duration.seconds(30),
      // Not `custom:events`: who could write it would let themselves into any event.
      writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true, locale: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(7),
    });

    this.signingSecret = new Secret(this, 'SigningSecret', {
      description: 'Badge keys of every event are derived from this: losing it voids every printed badge',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.signingSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Badges are printed weeks ahead and carry signatures of keys derived from this secret: rotating it on a ' +
        'schedule would void them. An event gets a new key by a new kid instead.',
    });

    this.sealingSecret = new Secret(this, 'SealingSecret', {
      description: 'Seals device tokens, cursors and live channels: losing it signs out every device',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.sealingSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotating it on a schedule would sign out every door in the middle of a conference.',
    });

    new CfnOutput(this, 'UserPoolId', { value: this.userPool.userPoolId });
    new CfnOutput(this, 'SignInPages', { value: this.domain.baseUrl() });
    new CfnOutput(this, 'UserPoolClientId', { value: this.client.userPoolClientId });
  }

  /** What a page that signs people in talks to: discovery, and the endpoint of tokens. */
  get origins(): string[] {
    return [`https://cognito-idp.${this.region}.${this.urlSuffix}`, this.domain.baseUrl()];
  }

  get resources() {
    const issuer = `https://${this.userPool.userPoolProviderName}`;
    return {
      people: resource({
        service: 'cognito-idp',
        arn: this.userPool.userPoolArn,
        settings: {
          ISSUER: issuer,
          JWKS_URL: `${issuer}/.well-known/jwks.json`,
          /** `aud` or `client_id` of people's tokens. */
          AUDIENCE: this.client.userPoolClientId,
        },
      }),
      'signing secret': resource({
        service: 'secretsmanager',
        arn: this.signingSecret.secretArn,
        settings: { SIGNING_SECRET_ARN: this.signingSecret.secretArn },
      }),
      'sealing secret': resource({
        service: 'secretsmanager',
        arn: this.sealingSecret.secretArn,
        settings: { SEALING_SECRET_ARN: this.sealingSecret.secretArn },
      }),
    };
  }
}
