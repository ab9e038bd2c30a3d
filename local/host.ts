import type { Server } from 'node:http';
import { type Assembly, readAssembly } from './assembly/assembly.ts';
import { localArn } from './assembly/intrinsics.ts';
import { findNamed } from './assembly/naming.ts';
import type { Addresses } from './assembly/references.ts';
import { takeDataFolder } from './data-folder.ts';
import { type Engines, type Opened, startEngines } from './engine/engines.ts';
import { keepSweeping, prepareTables } from './engine/tables.ts';
import { messageOf } from './errors.ts';
import { type Front, openFront } from './http/front.ts';
import { gateway } from './http/gateway.ts';
import type { Issuer, TokenClaims } from './http/issuer.ts';
import { type LocalPage, localPages } from './http/local-pages.ts';
import { type Network, namingNetwork, openToNetwork } from './http/network.ts';
import { openIdPages } from './http/openid.ts';
import { withPages } from './http/pages.ts';
import { SIGN_IN_PATH, signIn } from './http/sign-in.ts';
import { type Endpoints, sharedEnvironment } from './lambda/function-environment.ts';
import { functionSet } from './lambda/function-set.ts';
import type { LocalFunction } from './lambda/functions.ts';
import { startLive } from './live/live.ts';
import { outboxPage } from './mail/outbox.ts';
import { isQueueMapping } from './mappings/queue-mappings.ts';
import type { Polling } from './mappings/shard-reader.ts';
import type { StreamControl } from './mappings/stream-mappings.ts';
import { startTriggers } from './mappings/triggers.ts';
import type { RetryPolicy } from './messaging/delivery-policy.ts';

export type { Batch } from './mappings/batch-delivery.ts';

export interface HostOptions {
  /** Folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Folder that keeps everything; made if it is not there. */
  readonly data: string;
  /** 0 picks one. */
  readonly port: number;
  /** Set in every function, over what the template says. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The event that the pages show; without one they ask for `?event=`. */
  readonly event?: string | undefined;
  /** Stands for references that the host has no own answer for. */
  readonly reference?: Addresses['reference'];
  /** Functions (name or beginning of it) that run in threads of their own. */
  readonly workers?: readonly string[] | undefined;
  /** Serves other machines too, over TLS, at this address of the machine (0.0.0.0: all). */
  readonly network?: { readonly host: string; readonly port: number } | undefined;
  readonly polling?: Partial<Polling> | undefined;
  /** In place of every https retry policy. */
  readonly httpsRetries?: RetryPolicy | undefined;
  /** An engine of one's own; default: the environment's DYNAMODB_ENDPOINT, else the embedded one. */
  readonly dynamodbEndpoint?: string | undefined;
  /** Makes the assembly while the engines start, once port and data folder are taken. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** Failures that nobody is told about otherwise, one line each; default: to stderr. */
  readonly report?: ((line: string) => void) | undefined;
}

export interface Host {
  readonly baseUrl: string;
  readonly port: number;
  readonly endpoints: Endpoints;
  readonly server: Server;
  readonly assembly: Assembly;
  /** Pages below `/local/`, by path; more may be added. */
  readonly pages: Map<string, LocalPage>;
  readonly issuer: Issuer;
  readonly network: Network | undefined;
  readonly streams: StreamControl;
  /** Physical name of a table by its name, logical id or the beginning of one. */
  table(name: string): string;
  queueUrl(name: string): string;
  topicArn(name: string): string;
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  issueToken(claims: TokenClaims): Promise<string>;
  /** Resolves when stream mappings have caught up and mapped queues hold no visible or in-flight messages. */
  drained(timeoutMs?: number): Promise<void>;
  pendingDeliveries(): Promise<number>;
  stop(): Promise<void>;
}

type Closer = () => void | Promise<void>;

/**
 * Runs a synthesized CloudFormation assembly on this machine.
 * @throws {HostError} with one line that says what to do
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const report = options.report ?? ((line: string) => console.error(line));
  const closers: Closer[] = [takeDataFolder(options.data)];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer();
      } catch (error) {
        report(`while stopping: ${messageOf(error)}`);
      }
    }
  };
  try {
    return await start(options, report, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const start = async (
  options: HostOptions,
  report: (line: string) => void,
  closers: Closer[],
  close: () => Promise<void>,
): Promise<Host> => {
  const opened: Opened = async (work) => {
    const part = await work;
    closers.push(() => part.stop());
    return part;
  };
  const { data } = options;
  const front = await opened(openFront(options.port, report));
  const { baseUrl, pages, server } = front;
  const engines = await startEngines({ ...options, baseUrl, report }, opened);
  const { engine, background, issuer, endpoints } = engines;
  const { queueUrl } = background;
  const assembly = readAssembly(options.assembly, { baseUrl, queueUrl, reference: options.reference });
  await declare(assembly, engines, pages);

  const shared = sharedEnvironment(endpoints);
  Object.assign(process.env, shared);
  const environment = { ...shared, ...options.environment };
  const mappings = assembly.mappings.filter(isQueueMapping);
  const functions = functionSet(assembly, {
    baseUrl,
    issuer: issuer.url,
    environment,
    workers: options.workers ?? [],
    background: { mappings, invoke: background.invoke },
  });
  closers.push(functions.stop);
  const { functionOf } = functions;
  await functions.load();

  // Before functions and engines: requests that are under way still need them.
  closers.push(front.stop);
  await opened(Promise.resolve(startLive(assembly, { server, pages, baseUrl, functionOf, report })));
  closers.push(keepSweeping(engine.client, assembly.tables, report));
  const { polling } = options;
  const queued = { mappings, resources: functions.elsewhere, shared, environment };
  const work = { engines, data, polling, functionOf, queued, report };
  const triggers = await startTriggers(assembly, work, opened);
  const { streams, waking, drained } = triggers;
  const network = await openApi(options, { assembly, front, waking, report }, opened);

  return {
    baseUrl,
    port: front.port,
    endpoints,
    server,
    assembly,
    pages,
    issuer,
    network,
    streams,
    table: (name) => findNamed(assembly.tables, name, 'table').name,
    queueUrl: (name) => queueUrl(findNamed(assembly.queues, name, 'queue').name),
    topicArn: (name) => localArn('sns', findNamed(assembly.topics, name, 'topic').name),
    invoke: (name, payload) => waking(name).invoke(payload),
    issueToken: issuer.issueToken,
    drained,
    pendingDeliveries: background.pendingDeliveries,
    stop: close,
  };
};

/** Makes what the template declares, and the pages that only the host has. */
const declare = async (assembly: Assembly, engines: Engines, pages: Map<string, LocalPage>) => {
  const { engine, background, secrets, issuer } = engines;
  await prepareTables(engine.client, assembly.tables);
  secrets.declare(assembly.secrets);
  await background.declare(assembly);
  for (const [path, page] of [...localPages(issuer, background), ...openIdPages(issuer)])
    pages.set(path, page);
  pages.set('/local/outbox', outboxPage(background.outbox));
  pages.set(SIGN_IN_PATH, signIn(issuer));
};

/** Opens the API and the pages on loopback and, if it is wanted, to the network. */
const openApi = async (
  { data, event, network }: HostOptions,
  host: {
    readonly assembly: Assembly;
    readonly front: Front;
    readonly waking: (name: string) => LocalFunction;
    readonly report: (line: string) => void;
  },
  opened: Opened,
): Promise<Network | undefined> => {
  const { assembly, front, waking, report } = host;
  const site = { event: event ?? null };
  front.open(withPages({ ...site, local: true }, gateway(assembly, waking, report)));
  if (!network) return undefined;
  const abroad = (name: string) => namingNetwork(waking(name), front.baseUrl);
  const serve = withPages({ ...site, local: false }, gateway(assembly, abroad, report));
  const upgrade = (...all: unknown[]) => void front.server.emit('upgrade', ...all);
  return opened(openToNetwork({ ...network, data, serve, upgrade }));
};
