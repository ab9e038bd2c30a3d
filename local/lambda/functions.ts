import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { FunctionResource } from '../assembly/assembly.ts';
import { localArn } from '../assembly/intrinsics.ts';
import { nativeImport } from '../engine/native-import.ts';
import { HostError, messageOf } from '../errors.ts';
import { functionWorker } from './function-worker.ts';

/** What Lambda reports instead of a function's result. `reason` is `Timeout` or the thrown error's name. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly reason: string;

  constructor(functionName: string, reason: string, message: string, cause?: unknown) {
    super(`${functionName}: ${message}`, { cause });
    this.reason = reason;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

type Handler = (event: unknown, context: LambdaContext) => unknown;

export interface LocalFunction {
  readonly name: string;
  readonly logicalId: string;
  readonly arn: string;
  /** Whether it has a thread of its own, as what a visitor waits for at a door has. */
  readonly isDoor: boolean;
  /** @throws {HostError} `AssemblyUnreadable` when its bundle does not load */
  load(): Promise<void>;
  /** @throws {FunctionError} */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export const bundleFile = (folder: string, handler: string): { file: string; export: string } => {
  const dot = handler.lastIndexOf('.');
  const stem = handler.slice(0, dot);
  for (const extension of ['.mjs', '.js', '.cjs']) {
    const file = join(folder, `${stem}${extension}`);
    if (existsSync(file)) return { file, export: handler.slice(dot + 1) };
  }
  throw new HostError('AssemblyUnreadable', `no bundle ${stem} in ${folder}: run npx cdk synth`);
};

const moduleSchema = z.record(z.string(), z.unknown());
const handlerSchema = z.custom<Handler>((value) => typeof value === 'function');

/** A bundle's handler: its own module instance, never shared with an earlier host of this process. */
export const loadHandler = async (file: string, name: string): Promise<Handler> => {
  const loaded = moduleSchema.parse({
    ...z.looseObject({}).parse(await nativeImport(`${pathToFileURL(file).href}?${randomUUID()}`)),
  });
  const found = handlerSchema.safeParse(loaded[name]);
  if (found.success) return found.data;
  // CommonJS bundles arrive as one default export.
  return handlerSchema.parse(moduleSchema.parse(loaded['default'])[name]);
};

export const contextOf = (name: string, memory: number, timeoutMs: number): LambdaContext => {
  const deadline = Date.now() + timeoutMs;
  return {
    awsRequestId: randomUUID(),
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: localArn('lambda', `function:${name}`),
    memoryLimitInMB: String(memory),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
};

/**
 * What Lambda's runtime sets.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const environmentOf = (
  { name, properties }: FunctionResource,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  _HANDLER: properties.Handler,
  ...properties.Environment?.Variables,
  ...overrides,
});

/** Sets process.env for the time of `work`; module code of a bundle reads its settings then. */
const withEnvironment = async <T>(
  environment: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> => {
  const before = Object.keys(environment).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
};

const timedOut = Symbol('timed out');

const within = async (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};

type Run = (event: unknown) => Promise<unknown>;

/** Where a function runs: on the thread that loads it, or in one of its own. */
type Place = 'process' | 'thread';

/** A function in this process. Loading is serial (the caller's duty): process.env is shared. */
const inProcess = async (
  resource: FunctionResource,
  { file, export: exported }: ReturnType<typeof bundleFile>,
  environment: Record<string, string>,
): Promise<Run> => {
  const timeoutMs = resource.properties.Timeout * 1000;
  let handler: Handler;
  try {
    handler = await withEnvironment(environment, () => loadHandler(file, exported));
  } catch (error) {
    throw new HostError(
      'AssemblyUnreadable',
      `function ${resource.name} does not load: ${messageOf(error)}`,
      error,
    );
  }
  return async (event) => handler(event, contextOf(resource.name, resource.properties.MemorySize, timeoutMs));
};

/** Loading is serial, also between hosts of one process: process.env is shared. */
let loading: Promise<unknown> = Promise.resolve();

interface Loaded {
  readonly run: Run;
  stop(): Promise<void>;
}

const load = async (
  resource: FunctionResource,
  bundle: ReturnType<typeof bundleFile>,
  options: { environment: Readonly<Record<string, string>>; place: Place },
): Promise<Loaded> => {
  const { name, properties } = resource;
  const environment = environmentOf(resource, options.environment);
  if (options.place === 'process')
    return { run: await inProcess(resource, bundle, environment), stop: async () => undefined };
  const worker = await functionWorker({
    ...bundle,
    name,
    environment,
    memory: properties.MemorySize,
    timeoutMs: properties.Timeout * 1000,
  });
  return { run: worker.invoke, stop: worker.stop };
};

/**
 * A function that loads its bundle when it is first needed.
 * @throws {HostError} `AssemblyUnreadable` without a bundle
 */
export const lazyFunction = (
  resource: FunctionResource,
  options: { environment: Readonly<Record<string, string>>; place: Place },
): LocalFunction => {
  const { name, logicalId, properties } = resource;
  const bundle = bundleFile(resource.folder, properties.Handler);
  let loaded: Promise<Loaded> | undefined;
  const loadOnce = (): Promise<Loaded> => {
    if (!loaded) {
      loaded = loading.then(() => load(resource, bundle, options));
      loading = loaded.catch(() => undefined);
    }
    return loaded;
  };
  return {
    name,
    logicalId,
    arn: localArn('lambda', `function:${name}`),
    isDoor: options.place === 'thread',
    load: async () => {
      await loadOnce();
    },
    invoke: async (event) => {
      const { run } = await loadOnce();
      let result: unknown;
      try {
        result = await within(run(event), properties.Timeout * 1000);
      } catch (error) {
        throw new FunctionError(name, error instanceof Error ? error.name : 'Error', messageOf(error), error);
      }
      if (result !== timedOut) return result;
      throw new FunctionError(
        name,
        'Timeout',
        `Task timed out after ${properties.Timeout.toFixed(2)} seconds`,
      );
    },
    // One that did not load has nothing to stop.
    stop: async () => (await loaded?.catch(() => undefined))?.stop(),
  };
};
