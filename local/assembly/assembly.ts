import { join } from 'node:path';
import * as z from 'zod';
import { HostError } from '../errors.ts';
import { resolve } from './intrinsics.ts';
import { type Addresses, isUserPool, type TemplateResource, userPoolIssuer } from './references.ts';
import * as specs from './specs.ts';
import { type DeclaredResource, readStacks, type Stack, scopeOf } from './stacks.ts';

export interface Named<Properties> extends TemplateResource {
  readonly properties: Properties;
}

const known = <T extends z.ZodObject>(
  resource: DeclaredResource,
  schema: T,
  scope: ReturnType<typeof scopeOf>,
): Named<z.infer<T>> => {
  const { stack, logicalId, type, properties, condition } = resource;
  // Only what the host acts on is resolved: roles and policies may refer to anything.
  const picked = Object.fromEntries(Object.entries(properties).filter(([key]) => key in schema.shape));
  const parsed = schema.safeParse(resolve(picked, scope));
  const why =
    condition === undefined
      ? parsed.error && z.prettifyError(parsed.error).replaceAll('\n', ' ')
      : `the condition ${condition} is not known here`;
  if (!parsed.success || why !== undefined)
    throw new HostError('AssemblyUnsupported', `${stack}: ${logicalId} (${type}): ${why}`);
  return { ...resource, properties: parsed.data };
};

/**
 * Reads the folder that `cdk synth` writes: what its stacks declare, resolved to plain values.
 * @throws {HostError} `AssemblyUnreadable`, `AssemblyUnsupported`
 */
export const readAssembly = (folder: string, addresses: Addresses) => {
  const stacks = readStacks(folder);
  const resources = stacks.flatMap((stack: Stack) => {
    const scope = scopeOf(stack, stacks, addresses);
    return [...stack.resources.values()].map((resource) => ({ resource, scope }));
  });
  const all = <T extends z.ZodObject>(schema: T, ...types: string[]): Named<z.infer<T>>[] =>
    resources
      .filter(({ resource }) => types.includes(resource.type))
      .map(({ resource, scope }) => known(resource, schema, scope));

  return {
    /** Those of Node.js, each with the folder of its bundle. */
    functions: all(specs.functionProperties, 'AWS::Lambda::Function')
      .filter(({ properties }) => properties.Runtime.startsWith('nodejs'))
      .map((found) => ({
        ...found,
        folder: join(folder, `asset.${found.properties.Code.S3Key.replace(/\.zip$/, '')}`),
      })),
    tables: all(specs.tableProperties, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'),
    mappings: all(specs.mappingProperties, 'AWS::Lambda::EventSourceMapping'),
    apis: all(specs.apiProperties, 'AWS::ApiGatewayV2::Api'),
    routes: all(specs.routeProperties, 'AWS::ApiGatewayV2::Route'),
    integrations: all(specs.integrationProperties, 'AWS::ApiGatewayV2::Integration'),
    authorizers: all(specs.authorizerProperties, 'AWS::ApiGatewayV2::Authorizer'),
    stages: all(specs.stageProperties, 'AWS::ApiGatewayV2::Stage'),
    topics: all(specs.topicProperties, 'AWS::SNS::Topic'),
    subscriptions: all(specs.subscriptionProperties, 'AWS::SNS::Subscription'),
    mailEvents: all(specs.mailEventProperties, 'AWS::SES::ConfigurationSetEventDestination'),
    queues: all(specs.queueProperties, 'AWS::SQS::Queue'),
    schedules: all(specs.scheduleProperties, 'AWS::Scheduler::Schedule'),
    secrets: all(specs.secretProperties, 'AWS::SecretsManager::Secret'),
    eventApis: all(specs.eventApiProperties, 'AWS::AppSync::Api'),
    channelNamespaces: all(specs.channelNamespaceProperties, 'AWS::AppSync::ChannelNamespace'),
    /** `iss` of the user pools that environments may name; the local issuer stands in for them. */
    issuers: resources
      .filter(({ resource }) => isUserPool(resource))
      .map(({ resource }) => userPoolIssuer(resource)),
  };
};

export type Assembly = Readonly<ReturnType<typeof readAssembly>>;
export type FunctionResource = Assembly['functions'][number];

/** `arn:aws:lambda:…:function:<name>[:alias]` (also inside an invocation URI) → name. */
export const functionNameOf = (reference: string): string =>
  /:function:([^:/]+)/.exec(reference)?.[1] ?? reference;
