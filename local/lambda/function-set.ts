import type { Assembly } from '../assembly/assembly.ts';
import { findNamed } from '../assembly/naming.ts';
import { withLocalIssuer, withLocalLive } from './function-environment.ts';
import { type LocalFunction, lazyFunction } from './functions.ts';

export interface FunctionSet {
  functionOf(name: string): LocalFunction;
  /** Loads those of `workers`; the others load when they are first invoked, as in Lambda. @throws {HostError} `AssemblyUnreadable` */
  load(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The assembly's functions, in this process or, those named in `workers`, in threads of their own; those of
 * `background` in threads that yield to all others, from their first invocation on.
 * @throws {HostError} `AssemblyUnreadable` without the bundle of one
 */
export const functionSet = (
  assembly: Assembly,
  options: {
    readonly baseUrl: string;
    readonly issuer: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly workers: readonly string[];
    readonly background: readonly string[];
  },
): FunctionSet => {
  const named = (names: readonly string[]) =>
    new Set(names.map((name) => findNamed(assembly.functions, name, 'function')));
  const inThreads = named(options.workers);
  const inBackground = named(options.background);
  const functions = assembly.functions.map((resource) => {
    const local = withLocalLive(withLocalIssuer(resource, assembly.issuers, options.issuer), options.baseUrl);
    const place = inThreads.has(resource) ? 'thread' : inBackground.has(resource) ? 'background' : 'process';
    return lazyFunction(local, { environment: options.environment, place });
  });
  const functionOf = (name: string): LocalFunction => findNamed(functions, name, 'function');
  return {
    functionOf,
    load: async () => {
      await Promise.all([...inThreads].map(({ name }) => functionOf(name).load()));
    },
    stop: async () => {
      await Promise.all(functions.map((found) => found.stop()));
    },
  };
};
