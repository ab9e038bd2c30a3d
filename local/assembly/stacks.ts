import { readFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import * as z from 'zod';
import { HostError, messageOf } from '../errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { type Addresses, referenceTo, type TemplateResource } from './references.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.object({ templateFile: z.string().optional() }).optional() }),
  ),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

export interface DeclaredResource extends TemplateResource {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly condition: string | undefined;
}

export interface Stack {
  readonly name: string;
  readonly resources: ReadonlyMap<string, DeclaredResource>;
  readonly outputs: z.infer<typeof templateSchema>['Outputs'];
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

const NAME_PROPERTY = /^(Table|Function|Topic|Queue|UserPool)?Name$/;

const givenName = (properties: Readonly<Record<string, unknown>>): string | undefined =>
  Object.entries(properties)
    .find(([key, value]) => NAME_PROPERTY.test(key) && typeof value === 'string')?.[1]
    ?.toString();

/** The stacks of a folder that `cdk synth` wrote. @throws {HostError} `AssemblyUnreadable` */
export const readStacks = (given: string): Stack[] => {
  const folder = resolvePath(given);
  const { artifacts } = manifestSchema.parse(readJson(join(folder, 'manifest.json')));
  return Object.entries(artifacts).flatMap(([name, { type, properties }]) => {
    if (type !== 'aws:cloudformation:stack' || !properties?.templateFile) return [];
    const { Resources, Outputs } = templateSchema.parse(readJson(join(folder, properties.templateFile)));
    const resources = new Map(
      Object.entries(Resources).map(([logicalId, { Type, Properties, Condition }]) => [
        logicalId,
        {
          stack: name,
          logicalId,
          type: Type,
          name: givenName(Properties) ?? `${name}-${logicalId}`,
          properties: Properties,
          condition: Condition,
        },
      ]),
    );
    return [{ name, resources, outputs: Outputs }];
  });
};

/** What the references of a stack mean, over all stacks. */
export const scopeOf = (stack: Stack, stacks: readonly Stack[], addresses: Addresses): Scope => ({
  stack: stack.name,
  attribute: (logicalId, name) => {
    const resource = stack.resources.get(logicalId);
    if (!resource) throw new HostError('AssemblyUnreadable', `${stack.name} has no resource ${logicalId}`);
    return referenceTo(resource, name, addresses);
  },
  importValue: (name) => {
    for (const other of stacks) {
      for (const { Export, Value } of Object.values(other.outputs)) {
        const scope = scopeOf(other, stacks, addresses);
        if (Export && resolve(Export.Name, scope) === name) return resolve(Value, scope);
      }
    }
    throw new HostError('AssemblyUnreadable', `${stack.name} imports ${name}, which no stack exports`);
  },
});
