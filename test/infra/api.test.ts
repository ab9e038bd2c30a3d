import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { IdentityStack } from '../../infra/identity-stack.ts';
import { type Operation, routeKey } from '../../shared/contract/operation.ts';
import { deployedOperations as operations } from '../../shared/contract/routes.ts';
import { Assembly, functionsOf, plain, type Resource, variablesOf } from './assembly.ts';

const routeSchema = z.object({
  RouteKey: z.string(),
  Target: z.unknown(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.unknown().optional(),
});
const integrationSchema = z.object({ IntegrationUri: z.unknown(), PayloadFormatVersion: z.string() });

const throttle = z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() });
const stageSchema = z.object({
  StageName: z.string(),
  DefaultRouteSettings: throttle,
  RouteSettings: z.record(z.string(), throttle),
  AccessLogSettings: z.object({ Format: z.string() }),
});

const isGuarded = (access: Operation['access']): boolean => access !== 'public' && access !== 'optional';

describe('the HTTP API', () => {
  let assembly: Assembly;
  let routes: Map<string, { functionName: string | undefined; guarded: boolean }>;
  let names: Map<string, string>;
  let stage: z.output<typeof stageSchema>;
  let stageResource: Resource | undefined;

  beforeAll(() => {
    assembly = new Assembly(inject('assembly'));
    const integrations = new Map(
      assembly
        .all('AWS::ApiGatewayV2::Integration')
        .map(({ stack, id, properties }) => [`${stack}.${plain(id)}`, integrationSchema.parse(properties)]),
    );
    names = new Map(
      [...functionsOf(assembly)].map(([name, { stack, id }]) => [`${stack}.${plain(id)}.Arn`, name]),
    );
    routes = new Map(
      assembly.all('AWS::ApiGatewayV2::Route').map(({ stack, properties }) => {
        const { RouteKey, Target, AuthorizationType, AuthorizerId } = routeSchema.parse(properties);
        const integration = integrations.get(assembly.text(stack, Target).replace('integrations/', ''));
        const functionName = names.get(assembly.text(stack, integration?.IntegrationUri));
        return [
          RouteKey,
          { functionName, guarded: AuthorizationType === 'CUSTOM' && AuthorizerId !== undefined },
        ];
      }),
    );
    [stageResource] = assembly.all('AWS::ApiGatewayV2::Stage');
    stage = stageSchema.parse(stageResource?.properties);
  });

  test('there is no route that the contract does not have, but for the one that says so', () => {
    expect([...routes.keys()].toSorted()).toEqual([...operations.map(routeKey), '$default'].toSorted());
    expect(routes.get('$default')).toEqual({ functionName: 'meta', guarded: false });
  });

  test.each(operations.map((operation) => [routeKey(operation), operation] as const))(
    '%s is answered by its function, and only to whom it may be',
    (key, { function: functionName, access }) => {
      expect(routes.get(key)).toEqual({ functionName, guarded: isGuarded(access) });
    },
  );

  test('each route may call its function: its own ARN is one that the function lets in', () => {
    const permissions = assembly.all('AWS::Lambda::Permission').map(({ stack, properties }) => ({
      functionName: names.get(assembly.text(stack, properties['FunctionName'])),
      // <api>/<stage>/<method>/<path>, or <api>/<stage>/$default
      pattern: assembly.text(stack, properties['SourceArn']).split(':').at(-1) ?? '',
    }));
    const lets = (pattern: string, resource: string) =>
      new RegExp(
        `^${pattern
          .split('*')
          .map((part) => part.replaceAll(/[.$]/g, '\\$&'))
          .join('.*')}$`,
      ).test(resource);
    for (const [key, { functionName }] of routes) {
      const resource = `TurnoutApi.Api/$default/${key.replace(' ', '')}`;
      const own = permissions.filter((permission) => permission.functionName === functionName);
      expect(
        own.some(({ pattern }) => lets(pattern, resource)),
        key,
      ).toBe(true);
    }
  });

  test('people sign in on pages, by authorization code for a public client, and refresh tokens that rotate', () => {
    const [client] = assembly.all('AWS::Cognito::UserPoolClient');
    expect(client?.properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ['http://localhost:8976/callback'],
      RefreshTokenRotation: { Feature: 'ENABLED' },
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
    expect(client?.properties['ExplicitAuthFlows'] ?? []).not.toContain('ALLOW_USER_PASSWORD_AUTH');
    expect(assembly.all('AWS::Cognito::UserPoolDomain')).toHaveLength(1);
  });

  test('browsers come back to the pages after signing in, and after signing out, and nowhere else', () => {
    const stack = new IdentityStack(new App(), 'Identity', { publicUrl: 'https://turnout.example' });
    Template.fromStack(stack).hasResourceProperties('AWS::Cognito::UserPoolClient', {
      CallbackURLs: ['http://localhost:8976/callback', 'https://turnout.example/organizer'],
      LogoutURLs: ['https://turnout.example/organizer'],
    });
  });

  test('the sign-in asks everybody for a second factor, which is no text message, and lets nobody sign themselves up', () => {
    const [pool] = assembly.all('AWS::Cognito::UserPool');
    expect(pool?.properties).toMatchObject({
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    const groups = assembly
      .all('AWS::Cognito::UserPoolGroup')
      .map(({ properties }) => properties['GroupName']);
    expect(groups.toSorted()).toEqual(['organizer', 'press', 'viewer']);
  });

  test('nobody writes themselves into an event: people may change their name and language only', () => {
    const [client] = assembly.all('AWS::Cognito::UserPoolClient');
    expect(client?.properties['WriteAttributes']).toEqual(['locale', 'name']);
  });

  test('what others keep begins with the address of the deployment', () => {
    for (const name of new Set(operations.map((operation) => operation.function))) {
      const fn = functionsOf(assembly).get(name);
      const url = fn && variablesOf(fn)['PUBLIC_URL'];
      expect(assembly.text(fn?.stack ?? '', url)).toBe('TurnoutApi.Api.ApiEndpoint');
    }
  });

  test('a revoked device is refused within 60 s: verdicts are kept 30 s at most, one for each token', () => {
    const authorizers = assembly.all('AWS::ApiGatewayV2::Authorizer');
    expect(authorizers).toHaveLength(2);
    for (const { properties } of authorizers)
      expect(properties).toMatchObject({
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 30,
        IdentitySource: ['$request.header.Authorization'],
      });
  });

  test('guessing a pairing code is slow: each throttle of the contract is on its route', () => {
    for (const operation of operations) {
      const settings = stage.RouteSettings[routeKey(operation)];
      if (operation.throttle) {
        expect(settings).toEqual({
          ThrottlingRateLimit: operation.throttle.rate,
          ThrottlingBurstLimit: operation.throttle.burst,
        });
      }
    }
  });

  test('who needs no token cannot use up what the account may serve in a second (I8)', () => {
    const open = ['$default', ...operations.filter(({ access }) => !isGuarded(access)).map(routeKey)];
    const total = open.reduce(
      (sum, key) => sum + (stage.RouteSettings[key]?.ThrottlingRateLimit ?? Infinity),
      0,
    );
    expect(total).toBeLessThanOrEqual(stage.DefaultRouteSettings.ThrottlingRateLimit / 3);
  });

  test('doors and organizers are not held back by a limit of their route', () => {
    const plainOnes = operations.filter(({ access, throttle: own }) => isGuarded(access) && !own);
    for (const operation of plainOnes) expect(stage.RouteSettings).not.toHaveProperty([routeKey(operation)]);
  });

  test('the first deployment works: a route exists before the stage sets its throttle', () => {
    const ids = assembly.all('AWS::ApiGatewayV2::Route').map(({ id }) => id);
    expect(stageResource?.dependsOn).toEqual(expect.arrayContaining(ids));
    expect(stage.StageName).toBe('$default');
  });

  test('access logs hold no token, no name and no badge: neither path, query, header nor address', () => {
    const fields = Object.values(
      z.record(z.string(), z.string()).parse(JSON.parse(stage.AccessLogSettings.Format)),
    );
    expect(fields).toContain('$context.routeKey');
    for (const field of fields) {
      expect(field).not.toMatch(/path|query|identity|\.header|authorizer\.(?!error)/i);
    }
  });

  test('a page of another origin may send what the contract needs and read what it answers', () => {
    const [api] = assembly.all('AWS::ApiGatewayV2::Api');
    const { CorsConfiguration: cors } = z
      .object({ CorsConfiguration: z.record(z.string(), z.unknown()) })
      .parse(api?.properties);
    const methods = [...new Set(operations.map(({ method }) => method))];
    expect(cors['AllowMethods']).toEqual(expect.arrayContaining(methods));
    expect(cors['AllowHeaders']).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match']),
    );
    expect(cors['ExposeHeaders']).toEqual(expect.arrayContaining(['etag', 'x-request-id']));
    expect(cors['AllowCredentials']).not.toBe(true);
  });

  test('nobody but our own services may call a function', () => {
    for (const { stack, properties } of assembly.all('AWS::Lambda::Permission')) {
      expect(properties).toMatchObject({ Action: 'lambda:InvokeFunction' });
      expect(properties['Principal']).toMatch(/^(apigateway|appsync|cognito-idp)\.amazonaws\.com$/);
      expect(assembly.text(stack, properties['SourceArn'])).toMatch(/Turnout\w+\.\w+/);
    }
  });

  test('whoever deploys is told the address', () => {
    expect(assembly.outputs('TurnoutApi')).toContain('BaseUrl');
  });
});
