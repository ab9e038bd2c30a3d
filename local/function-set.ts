import { type Assembly, functionNameOf } from './assembly.ts';
import { withLocalIssuer, withLocalLive } from './function-environment.ts';
import { type LocalFunction, lazyFunction } from './functions.ts';
import { findNamed } from './naming.ts';

/** Functions that something in the assembly invokes: loaded at the start, so that a broken one stops it. */
const referenced = (assembly: Assembly): string[] => [
  ...assembly.integrations.map(({ properties }) => functionNameOf(properties.IntegrationUri)),
  ...assembly.authorizers.flatMap(({ properties: { AuthorizerUri: uri } }) =>
    uri ? [functionNameOf(uri)] : [],
  ),
  ...assembly.eventApis.flatMap(({ properties: { EventConfig } }) =>
    EventConfig.AuthProviders.flatMap(({ LambdaAuthorizerConfig: lambda }) =>
      lambda ? [functionNameOf(lambda.AuthorizerUri)] : [],
    ),
  ),
  ...assembly.mappings.map(({ properties }) => functionNameOf(properties.FunctionName)),
  ...assembly.schedules.map(({ properties }) => functionNameOf(properties.Target.Arn)),
  ...assembly.rules.flatMap(({ properties }) => properties.Targets.map(({ Arn }) => functionNameOf(Arn))),
];

export interface FunctionSet {
  functionOf(name: string): LocalFunction;
  /** Loads what is referred to. @throws {HostError} `AssemblyUnreadable` */
  load(): Promise<void>;
  stop(): Promise<void>;
}

/** The assembly's functions, in this process or, those named in `workers`, in threads of their own. */
export const functionSet = (
  assembly: Assembly,
  options: {
    readonly baseUrl: string;
    readonly issuer: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly workers: readonly string[];
  },
): FunctionSet => {
  const inThreads = new Set(options.workers.map((name) => findNamed(assembly.functions, name, 'function')));
  const functions = assembly.functions.map((resource) => {
    const local = withLocalLive(withLocalIssuer(resource, assembly.issuers, options.issuer), options.baseUrl);
    return lazyFunction(local, { environment: options.environment, worker: inThreads.has(resource) });
  });
  const functionOf = (name: string): LocalFunction => findNamed(functions, name, 'function');
  return {
    functionOf,
    load: async () => {
      await Promise.all([...new Set(referenced(assembly))].map((name) => functionOf(name).load()));
    },
    stop: async () => {
      await Promise.all(functions.map((found) => found.stop()));
    },
  };
};
