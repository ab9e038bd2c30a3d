import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).or(z.string()).optional(),
  DeletionPolicy: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const template = z.object({
  Resources: z.record(z.string(), resource).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});

type Properties = Readonly<Record<string, unknown>>;
export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly properties: Properties;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string | undefined;
}

/** What a template refers to, by `stack.logicalId` with imports followed, and with `.Attribute` after GetAtt. */
export type Reference = string;

const joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const reference = z.object({ Ref: z.string() });
const imported = z.object({ 'Fn::ImportValue': z.string() });

export class Assembly {
  readonly #templates: ReadonlyMap<string, z.output<typeof template>>;

  constructor(folder: string) {
    const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    this.#templates = new Map(
      files.map((file) => [
        file.replace('.template.json', ''),
        template.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
      ]),
    );
  }

  all(type: string): Resource[] {
    return [...this.#templates].flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id, { Properties: properties, DependsOn, DeletionPolicy: deletionPolicy }]) => ({
          stack,
          id,
          properties,
          dependsOn: [DependsOn ?? []].flat(),
          deletionPolicy,
        })),
    );
  }

  get types(): string[] {
    return [...this.#templates.values()].flatMap(({ Resources }) =>
      Object.values(Resources).map(({ Type }) => Type),
    );
  }

  outputs(stack: string): string[] {
    return Object.keys(this.#templates.get(stack)?.Outputs ?? {});
  }

  /** A value with every reference as readable text: `TurnoutData.Registry`, `TurnoutData.Registry.Arn`. */
  text(stack: string, value: unknown): Reference {
    if (typeof value === 'string') return value;
    const join_ = joined.safeParse(value);
    if (join_.success) {
      const [separator, parts] = join_.data['Fn::Join'];
      return parts.map((part) => this.text(stack, part)).join(separator);
    }
    const attribute_ = attribute.safeParse(value);
    if (attribute_.success) {
      const [id, name] = attribute_.data['Fn::GetAtt'];
      return `${stack}.${plain(id)}.${name}`;
    }
    const reference_ = reference.safeParse(value);
    if (reference_.success) {
      const { Ref } = reference_.data;
      return Ref.startsWith('AWS::') ? Ref : `${stack}.${plain(Ref)}`;
    }
    const import_ = imported.safeParse(value);
    if (import_.success) return this.#follow(import_.data['Fn::ImportValue']);
    return JSON.stringify(value);
  }

  #follow(name: string): Reference {
    for (const [stack, { Outputs }] of this.#templates) {
      const output = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
      if (output) return this.text(stack, output.Value);
    }
    throw new Error(`nothing exports ${name}`);
  }
}

/** Logical ids end in a hash of eight digits. */
export const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

const withoutAws = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_')),
  );

/** Makes a build of pages with one asset. @returns its folder */
export const buildPages = (folder: string): string => {
  const build = join(folder, 'pages');
  mkdirSync(join(build, 'assets'), { recursive: true });
  writeFileSync(join(build, 'assets/start-abc.js'), '');
  mkdirSync(join(build, 'start'));
  writeFileSync(join(build, 'start/index.html'), '');
  return build;
};

/**
 * Runs infra/app.ts as the `cdk` command does, with the stack of pages, without account, region or credentials; all
 * else is in the deployment that tests share, `inject('assembly')`.
 */
export const synthesizePages = (): { assembly: Assembly; remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'turnout-infra-'));
  const out = join(folder, 'cdk.out');
  execFileSync(process.execPath, ['infra/app.ts', '--pages', buildPages(folder)], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      ...withoutAws(),
      CDK_OUTDIR: out,
      TURNOUT_DIST: join(folder, 'dist'),
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    assembly: new Assembly(out),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** The functions by name. */
export const functionsOf = (assembly: Assembly): ReadonlyMap<string, Resource> =>
  new Map(
    assembly
      .all('AWS::Lambda::Function')
      .map((resource) => [String(variablesOf(resource)['POWERTOOLS_SERVICE_NAME']), resource]),
  );

const environment = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
export const variablesOf = ({ properties }: Resource): Record<string, unknown> =>
  environment.parse(properties).Environment.Variables;
