import { type Assembly, type FunctionResource, functionNameOf } from '../assembly/assembly.ts';
import { localArn } from '../assembly/intrinsics.ts';
import { findNamed } from '../assembly/naming.ts';
import { withLocalIssuer, withLocalLive } from './function-environment.ts';
import { bundleFile, type LocalFunction, lazyFunction } from './functions.ts';

export interface FunctionSet {
  functionOf(name: string): LocalFunction;
  /** Those that run in the background. */
  readonly elsewhere: readonly FunctionResource[];
  /** Loads those of `workers`; the others load when they are first invoked, as in Lambda. @throws {HostError} `AssemblyUnreadable` */
  load(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A function that runs in another thread, which loads it.
 * @throws {HostError} `AssemblyUnreadable` without a bundle
 */
const functionElsewhere = (
  { name, logicalId, folder, properties }: FunctionResource,
  invoke: (name: string, event: unknown) => Promise<unknown>,
): LocalFunction => {
  bundleFile(folder, properties.Handler);
  return {
    name,
    logicalId,
    arn: localArn('lambda', `function:${name}`),
    isDoor: false,
    load: async () => undefined,
    invoke: (event) => invoke(name, event),
    stop: async () => undefined,
  };
};

/**
 * The assembly's functions: on this thread, those named in `workers` in threads of their own, and those that
 * `mappings` set off where `invoke` reaches them.
 * @throws {HostError} `AssemblyUnreadable` without the bundle of one
 */
export const functionSet = (
  assembly: Assembly,
  options: {
    readonly baseUrl: string;
    readonly issuer: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly workers: readonly string[];
    readonly background: {
      readonly mappings: Assembly['mappings'];
      readonly invoke: (name: string, event: unknown) => Promise<unknown>;
    };
  },
): FunctionSet => {
  const { baseUrl, issuer, environment, workers, background } = options;
  const inThreads = new Set(workers.map((name) => findNamed(assembly.functions, name, 'function').name));
  const inBackground = new Set(
    background.mappings.map(({ properties }) => functionNameOf(properties.FunctionName)),
  );
  const resources = assembly.functions.map((resource) =>
    withLocalLive(withLocalIssuer(resource, assembly.issuers, issuer), baseUrl),
  );
  const functions = resources.map((resource) =>
    inBackground.has(resource.name)
      ? functionElsewhere(resource, background.invoke)
      : lazyFunction(resource, { environment, place: inThreads.has(resource.name) ? 'thread' : 'process' }),
  );
  const functionOf = (name: string): LocalFunction => findNamed(functions, name, 'function');
  return {
    functionOf,
    elsewhere: resources.filter(({ name }) => inBackground.has(name)),
    load: async () => {
      await Promise.all([...inThreads].map((name) => functionOf(name).load()));
    },
    stop: async () => {
      await Promise.all(functions.map((found) => found.stop()));
    },
  };
};
