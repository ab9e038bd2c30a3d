import { HostError } from '../errors.ts';

/** Where the local AWS is: what the pseudo parameters resolve to. */
export const LOCAL = { region: 'us-east-1', account: '000000000000', partition: 'aws' } as const;

export const localArn = (service: string, resource: string): string =>
  `arn:${LOCAL.partition}:${service}:${LOCAL.region}:${LOCAL.account}:${resource}`;

/** What a stack's references mean; the assembly provides it. */
export interface Scope {
  readonly stack: string;
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: string): unknown;
  output(stackName: string, outputName: string): unknown;
  condition(name: string): unknown;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const pseudo = (name: string, scope: Scope): unknown => {
  switch (name) {
    case 'AWS::Region':
      return LOCAL.region;
    case 'AWS::AccountId':
      return LOCAL.account;
    case 'AWS::Partition':
      return LOCAL.partition;
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return scope.stack;
    case 'AWS::StackId':
      return localArn('cloudformation', `stack/${scope.stack}/local`);
    case 'AWS::NoValue':
      return undefined;
    default:
      return scope.ref(name);
  }
};

const getAtt = (target: string, scope: Scope): unknown => {
  const dot = target.indexOf('.');
  return scope.attribute(target.slice(0, dot), target.slice(dot + 1));
};

const substitute = (args: unknown, scope: Scope): string => {
  const [text, variables] = Array.isArray(args) ? args : [args, {}];
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const given = isRecord(variables) ? variables[name] : undefined;
    if (given !== undefined) return String(resolve(given, scope));
    return String(name.includes('.') ? getAtt(name, scope) : pseudo(name, scope));
  });
};

const holds = (value: unknown, scope: Scope): boolean => {
  const resolved = resolve(value, scope);
  return resolved === true || resolved === 'true';
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const intrinsics: Readonly<Record<string, (args: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => pseudo(String(name), scope),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (args, scope) => getAtt(Array.isArray(args) ? args.join('.') : String(args), scope),
  'Fn::ImportValue': (name, scope) => scope.importValue(String(resolve(name, scope))),
  'Fn::GetStackOutput': (args, scope) => {
    const { StackName, OutputName } = isRecord(args) ? args : {};
    return scope.output(String(resolve(StackName, scope)), String(resolve(OutputName, scope)));
  },
  'Fn::Join': (args, scope) => {
    const [separator, parts] = list(args);
    return list(resolve(parts, scope)).join(String(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (args, scope) => {
    const [index, from] = list(args);
    return list(resolve(from, scope))[Number(resolve(index, scope))];
  },
  'Fn::Split': (args, scope) => {
    const [separator, text] = list(args);
    return String(resolve(text, scope)).split(String(separator));
  },
  'Fn::If': (args, scope) => {
    const [name, yes, no] = list(args);
    return resolve(holds(scope.condition(String(name)), scope) ? yes : no, scope);
  },
  'Fn::Equals': (args, scope) => {
    const [left, right] = list(args);
    return String(resolve(left, scope)) === String(resolve(right, scope));
  },
  'Fn::Not': (args, scope) => !holds(list(args)[0], scope),
  'Fn::And': (args, scope) => list(args).every((part) => holds(part, scope)),
  'Fn::Or': (args, scope) => list(args).some((part) => holds(part, scope)),
};

/**
 * A template value with its intrinsic functions replaced by local values.
 * @throws {HostError} `AssemblyUnsupported` for a function or reference that has no local meaning
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value))
    return value.map((part) => resolve(part, scope)).filter((part) => part !== undefined);
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
  const resolved: Record<string, unknown> = {};
  for (const [key, part] of entries) {
    const result = resolve(part, scope);
    if (result !== undefined) resolved[key] = result;
  }
  return resolved;
};
