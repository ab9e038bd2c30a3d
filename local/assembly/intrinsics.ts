import { HostError } from '../errors.ts';

/** Where the local AWS is: what the pseudo parameters resolve to. */
export const LOCAL = { region: 'us-east-1', account: '000000000000', partition: 'aws' } as const;

export const localArn = (service: string, resource: string): string =>
  `arn:${LOCAL.partition}:${service}:${LOCAL.region}:${LOCAL.account}:${resource}`;

/** What a stack's references mean; the stacks provide it. */
export interface Scope {
  readonly stack: string;
  /** `Ref` stands for a plain reference. */
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: string): unknown;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': LOCAL.region,
  'AWS::AccountId': LOCAL.account,
  'AWS::Partition': LOCAL.partition,
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const intrinsics: Readonly<Record<string, (args: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => PSEUDO[String(name)] ?? scope.attribute(String(name), 'Ref'),
  'Fn::GetAtt': (args, scope) => {
    const [logicalId, name] = list(args);
    return scope.attribute(String(logicalId), String(name));
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(String(name)),
  'Fn::Join': (args, scope) => {
    const [separator, parts] = list(args);
    return list(resolve(parts, scope)).join(String(separator));
  },
  // CDK writes it for the bucket of its assets, with pseudo parameters only.
  'Fn::Sub': (text, scope) =>
    String(text).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => String(resolve({ Ref: name }, scope))),
};

/**
 * A template value with its intrinsic functions replaced by local values.
 * @throws {HostError} `AssemblyUnsupported` for a function or reference that has no local meaning
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map((part) => resolve(part, scope));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1) {
    const [key, args] = only;
    const intrinsic = intrinsics[key];
    if (intrinsic) return intrinsic(args, scope);
    if (key.startsWith('Fn::')) {
      throw new HostError('AssemblyUnsupported', `${scope.stack}: the embedded host does not know ${key}`);
    }
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, resolve(part, scope)]));
};
