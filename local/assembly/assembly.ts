import { existsSync, readFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import * as z from 'zod';
import { HostError, messageOf } from '../errors.ts';
import { isRecord, resolve, type Scope } from './intrinsics.ts';
import {
  type Addresses,
  isUserPool,
  referenceTo,
  type TemplateResource,
  userPoolIssuer,
} from './references.ts';
import * as specs from './specs.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const templateSchema = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
});
type Template = z.infer<typeof templateSchema>;

export interface Named<Properties> extends TemplateResource {
  readonly properties: Properties;
}
export interface FunctionResource extends Named<z.infer<typeof specs.functionProperties>> {
  /** Folder of its bundle. */
  readonly folder: string;
}

/** What the assembly's stacks declare, resolved to plain values. */
export interface Assembly {
  readonly functions: readonly FunctionResource[];
  readonly tables: readonly Named<z.infer<typeof specs.tableProperties>>[];
  readonly mappings: readonly Named<z.infer<typeof specs.mappingProperties>>[];
  readonly apis: readonly Named<z.infer<typeof specs.apiProperties>>[];
  readonly routes: readonly Named<z.infer<typeof specs.routeProperties>>[];
  readonly integrations: readonly Named<z.infer<typeof specs.integrationProperties>>[];
  readonly authorizers: readonly Named<z.infer<typeof specs.authorizerProperties>>[];
  readonly stages: readonly Named<z.infer<typeof specs.stageProperties>>[];
  readonly topics: readonly Named<z.infer<typeof specs.topicProperties>>[];
  readonly subscriptions: readonly Named<z.infer<typeof specs.subscriptionProperties>>[];
  readonly queues: readonly Named<z.infer<typeof specs.queueProperties>>[];
  readonly schedules: readonly Named<z.infer<typeof specs.scheduleProperties>>[];
  readonly rules: readonly Named<z.infer<typeof specs.ruleProperties>>[];
  readonly secrets: readonly Named<z.infer<typeof specs.secretProperties>>[];
  readonly eventApis: readonly Named<z.infer<typeof specs.eventApiProperties>>[];
  readonly channelNamespaces: readonly Named<z.infer<typeof specs.channelNamespaceProperties>>[];
  /** `iss` of the user pools that environments may name; the local issuer stands in for them. */
  readonly issuers: readonly string[];
}

interface Stack {
  readonly name: string;
  readonly folder: string;
  readonly template: Template;
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HostError(
      'AssemblyUnreadable',
      `cannot read ${file} (run: npx cdk synth): ${messageOf(error)}`,
      error,
    );
  }
};

const readStacks = (folder: string): Stack[] =>
  Object.entries(manifestSchema.parse(readJson(join(folder, 'manifest.json'))).artifacts).flatMap(
    ([id, { type, properties }]): Stack[] => {
      if (type === 'cdk:cloud-assembly' && properties?.directoryName) {
        return readStacks(join(folder, properties.directoryName));
      }
      if (type !== 'aws:cloudformation:stack' || !properties?.templateFile) return [];
      const template = templateSchema.parse(readJson(join(folder, properties.templateFile)));
      return [{ name: properties.stackName ?? id, folder, template }];
    },
  );

const NAME_PROPERTY = /^(Table|Function|Topic|Queue|UserPool|LogGroup|Role|Bucket)?Name$/;

const givenName = (properties: Readonly<Record<string, unknown>>): string | undefined =>
  Object.entries(properties)
    .find(([key, value]) => NAME_PROPERTY.test(key) && typeof value === 'string')?.[1]
    ?.toString();

const assetFolder = (stack: Stack, s3Key: string): string => {
  const folder = join(stack.folder, `asset.${s3Key.replace(/\.zip$/, '')}`);
  if (existsSync(folder)) return folder;
  // A staged assembly keeps its assets in the folder above.
  return join(stack.folder, '..', `asset.${s3Key.replace(/\.zip$/, '')}`);
};

/**
 * Reads the folder that `cdk synth` writes.
 * @throws {HostError} `AssemblyUnreadable`, `AssemblyUnsupported`
 */
export const readAssembly = (folder: string, addresses: Addresses): Assembly => {
  const stacks = readStacks(resolvePath(folder));
  const resourceOf = (stack: Stack, logicalId: string): TemplateResource | undefined => {
    const found = stack.template.Resources[logicalId];
    if (!found) return undefined;
    const name = givenName(found.Properties) ?? `${stack.name}-${logicalId}`;
    return { stack: stack.name, logicalId, type: found.Type, name };
  };

  const scopeOf = (stack: Stack): Scope => ({
    stack: stack.name,
    ref: (logicalId) => {
      const resource = resourceOf(stack, logicalId);
      return resource
        ? referenceTo(resource, 'Ref', addresses)
        : stack.template.Parameters[logicalId]?.Default;
    },
    attribute: (logicalId, name) => {
      const resource = resourceOf(stack, logicalId);
      if (!resource) throw new HostError('AssemblyUnreadable', `${stack.name} has no resource ${logicalId}`);
      return referenceTo(resource, name, addresses);
    },
    importValue: (name) => {
      for (const other of stacks) {
        for (const output of Object.values(other.template.Outputs)) {
          if (output.Export && resolve(output.Export.Name, scopeOf(other)) === name) {
            return resolve(output.Value, scopeOf(other));
          }
        }
      }
      throw new HostError('AssemblyUnreadable', `${stack.name} imports ${name}, which no stack exports`);
    },
    output: (stackName, outputName) => {
      const other = stacks.find(({ name }) => name === stackName);
      return other && resolve(other.template.Outputs[outputName]?.Value, scopeOf(other));
    },
    condition: (name) => resolve(stack.template.Conditions[name], scopeOf(stack)),
  });

  const all = <T extends z.ZodType>(
    types: readonly string[],
    schema: T & { shape?: object },
  ): (Named<z.infer<T>> & { source: Stack })[] =>
    stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(
          ([, { Type, Condition }]) =>
            types.includes(Type) && (!Condition || scopeOf(stack).condition(Condition) === true),
        )
        .flatMap(([logicalId, { Properties }]) => {
          const resource = resourceOf(stack, logicalId);
          if (!resource) return [];
          // Only what the host acts on is resolved: roles and policies may refer to anything.
          const wanted = Object.keys(schema.shape ?? {});
          const picked = Object.fromEntries(
            Object.entries(Properties).filter(([key]) => wanted.includes(key)),
          );
          const parsed = schema.safeParse(resolve(picked, scopeOf(stack)));
          if (!parsed.success) {
            const why = z.prettifyError(parsed.error).replaceAll('\n', ' ');
            throw new HostError(
              'AssemblyUnsupported',
              `${stack.name}: ${logicalId} (${resource.type}): ${why}`,
            );
          }
          return [{ ...resource, properties: parsed.data, source: stack }];
        }),
    );

  return {
    functions: all(['AWS::Lambda::Function'], specs.functionProperties)
      .filter(({ properties }) => properties.Runtime.startsWith('nodejs'))
      .flatMap((found) => {
        const key = found.properties.Code.S3Key;
        return key ? [{ ...found, folder: assetFolder(found.source, key) }] : [];
      }),
    tables: all(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'], specs.tableProperties),
    mappings: all(['AWS::Lambda::EventSourceMapping'], specs.mappingProperties),
    apis: all(['AWS::ApiGatewayV2::Api'], specs.apiProperties).filter(
      ({ stack, logicalId }) => protocolOf(stacks, stack, logicalId) === 'HTTP',
    ),
    routes: all(['AWS::ApiGatewayV2::Route'], specs.routeProperties),
    integrations: all(['AWS::ApiGatewayV2::Integration'], specs.integrationProperties),
    authorizers: all(['AWS::ApiGatewayV2::Authorizer'], specs.authorizerProperties),
    stages: all(['AWS::ApiGatewayV2::Stage'], specs.stageProperties),
    topics: all(['AWS::SNS::Topic'], specs.topicProperties),
    subscriptions: all(['AWS::SNS::Subscription'], specs.subscriptionProperties),
    queues: all(['AWS::SQS::Queue'], specs.queueProperties),
    schedules: all(['AWS::Scheduler::Schedule'], specs.scheduleProperties),
    rules: all(['AWS::Events::Rule'], specs.ruleProperties),
    secrets: all(['AWS::SecretsManager::Secret'], specs.secretProperties),
    eventApis: all(['AWS::AppSync::Api'], specs.eventApiProperties),
    channelNamespaces: all(['AWS::AppSync::ChannelNamespace'], specs.channelNamespaceProperties),
    issuers: stacks.flatMap((stack) =>
      Object.keys(stack.template.Resources).flatMap((logicalId) => {
        const resource = resourceOf(stack, logicalId);
        return resource && isUserPool(resource) ? [userPoolIssuer(resource)] : [];
      }),
    ),
  };
};

const protocolOf = (stacks: readonly Stack[], name: string, logicalId: string): unknown => {
  const properties = stacks.find((stack) => stack.name === name)?.template.Resources[logicalId]?.Properties;
  return isRecord(properties) ? (properties['ProtocolType'] ?? 'HTTP') : undefined;
};

/** `arn:aws:lambda:…:function:<name>[:alias]` (also inside an invocation URI) → name. */
export const functionNameOf = (reference: string): string =>
  /:function:([^:/]+)/.exec(reference)?.[1] ?? reference;
