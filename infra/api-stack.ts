import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Operation, routeKey } from '../shared/contract/operation.ts';
import { deployedOperations as operations } from '../shared/contract/routes.ts';
import { Alarm } from './constructs/alarm.ts';
import { TurnoutFunction } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';

type Throttle = NonNullable<Operation['throttle']>;

/** AWS's quota of an account, shared by all of its APIs; the door may use all of it. */
const ACCOUNT_THROTTLE = { rateLimit: 10_000, burstLimit: 5_000 };
/** Of each route that needs no token: all of them together leave most of the account's quota to the doors (I8). */
const OPEN_THROTTLE: Throttle = { rate: 270, burst: 600 };

/** Revoked devices are refused within 60 s: this cache, and one of the same length in the function behind it. */
const AUTHORIZER_CACHE = Duration.seconds(30);

const CORS: CorsPreflightOptions = {
  // Pages may be served from anywhere: tokens travel in a header, never in a cookie.
  allowOrigins: ['*'],
  allowMethods: [
    CorsHttpMethod.GET,
    CorsHttpMethod.POST,
    CorsHttpMethod.PUT,
    CorsHttpMethod.PATCH,
    CorsHttpMethod.DELETE,
  ],
  allowHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', 'accept-language'],
  exposeHeaders: ['etag', 'retry-after', 'www-authenticate', 'x-request-id'],
  maxAge: Duration.hours(1),
};

/** The route and not the path: paths and queries hold badge ids, names searched for and subscribers' tokens. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
};

const isProtected = (access: Operation['access']): boolean => access !== 'public' && access !== 'optional';

/** Such routes have an authorizer of their own: whoever floods the others with tokens takes none of its concurrency. */
const isForDevices = (access: Operation['access']): boolean =>
  Array.isArray(access) && access.every((role) => role === 'scanner' || role === 'supervisor');

interface ApiProps extends StackProps {
  /** Where the API and the pages are to be found, without a slash at its end; empty: the API's own address. */
  readonly publicUrl: string;
}

/** The HTTP API: every route of the contract, and `$default` for what is none. */
export class ApiStack extends Stack {
  private readonly functions = new Map<string, IFunction>();
  private readonly integrations = new Map<string, HttpLambdaIntegration>();
  private readonly foundation: Foundation;
  /** Where the API is to be found, without `/v1`. */
  readonly url: string;
  /** Name of the API's own address, which CloudFront asks. */
  readonly host: string;

  constructor(scope: Construct, id: string, foundation: Foundation, { publicUrl, ...props }: ApiProps) {
    super(scope, id, props);
    this.foundation = foundation;

    const api = new HttpApi(this, 'Api', {
      description: 'Turnout, version 1',
      createDefaultStage: false,
      corsPreflight: CORS,
    });
    this.host = `${api.apiId}.execute-api.${this.region}.${this.urlSuffix}`;
    this.url = publicUrl === '' ? api.apiEndpoint : publicUrl;
    const people = this.authorizer('Authorizer', 'authorizer');
    const devices = this.authorizer('DeviceAuthorizer', 'device-authorizer');
    const routes = operations.map(
      (operation) =>
        new HttpRoute(this, operation.id, {
          httpApi: api,
          routeKey: HttpRouteKey.with(operation.path, HttpMethod[operation.method]),
          integration: this.integration(operation.function),
          ...(isProtected(operation.access) && {
            authorizer: isForDevices(operation.access) ? devices : people,
          }),
        }),
    );
    const fallback = new HttpRoute(this, 'fallback', {
      httpApi: api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: this.integration('meta'),
    });
    // The integration's own permission is for `<api>/<stage>/<method>/<path>`: `$default` has one segment fewer.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    new CfnPermission(this, 'FallbackPermission', {
      action: 'lambda:InvokeFunction',
      functionName: this.functionOf('meta').functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: this.formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/$default' }),
    });
    this.acknowledgeOpenRoutes(operations, fallback);

    const stage = this.stage(api, operations);
    // CloudFormation refuses settings of a route that does not exist yet.
    stage.node.addDependency(...routes, fallback);
    new Alarm(this, 'ServerErrors', {
      metric: stage.metricServerError({ period: Duration.minutes(1), statistic: Stats.SUM }),
      above: 5,
      costsUser:
        'Requests fail on our side: volunteers see errors at the doors, organizers on their screens.',
      operations: foundation.operations,
    });
    new CfnOutput(this, 'BaseUrl', { value: api.apiEndpoint });
  }

  private authorizer(id: string, name: string): HttpLambdaAuthorizer {
    return new HttpLambdaAuthorizer(id, new TurnoutFunction(this, name, this.foundation).lambda, {
      identitySource: ['$request.header.Authorization'],
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      resultsCacheTtl: AUTHORIZER_CACHE,
    });
  }

  private functionOf(name: string): IFunction {
    const known = this.functions.get(name);
    if (known) return known;
    const { lambda } = new TurnoutFunction(this, name, this.foundation);
    lambda.addEnvironment('PUBLIC_URL', this.url);
    this.functions.set(name, lambda);
    return lambda;
  }

  private integration(name: string): HttpLambdaIntegration {
    const known = this.integrations.get(name);
    if (known) return known;
    const made = new HttpLambdaIntegration(`${name}-integration`, this.functionOf(name), {
      scopePermissionToRoute: false,
    });
    this.integrations.set(name, made);
    return made;
  }

  private stage(api: HttpApi, operations: readonly Operation[]): HttpStage {
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: ACCOUNT_THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    const { defaultChild } = stage.node;
    if (defaultChild instanceof CfnStage) defaultChild.routeSettings = routeSettings(operations);
    return stage;
  }

  private acknowledgeOpenRoutes(operations: readonly Operation[], fallback: HttpRoute): void {
    Validations.of(fallback).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Answers only that there is nothing at this address (404) or that the method is wrong (405).',
    });
    for (const operation of operations) {
      if (isProtected(operation.access)) continue;
      Validations.of(this.node.findChild(operation.id)).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: whyOpen(operation),
      });
    }
  }
}

/** What CDK's stage has no property for. */
const routeSettings = (operations: readonly Operation[]) => {
  const settings = ({ rate, burst }: Throttle) => ({
    ThrottlingRateLimit: rate,
    ThrottlingBurstLimit: burst,
    // Nothing is inherited from the default of the stage.
    DetailedMetricsEnabled: true,
  });
  const limited = operations.flatMap((operation) => {
    const throttle = operation.throttle ?? (isProtected(operation.access) ? undefined : OPEN_THROTTLE);
    return throttle ? [[routeKey(operation), settings(throttle)] as const] : [];
  });
  return Object.fromEntries([...limited, ['$default', settings(OPEN_THROTTLE)] as const]);
};

const whyOpen = ({ access, summary, throttle }: Operation): string => {
  if (access === 'optional') {
    return `Public by contract; the function itself verifies a token where one is sent, to show more: ${summary}.`;
  }
  return throttle
    ? `Public by contract, and throttled by a limit of its own: ${summary}.`
    : `Public by contract, shows nothing that is not public: ${summary}.`;
};
