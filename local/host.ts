import { createServer, type Server } from 'node:http';
import { type Assembly, readAssembly } from './assembly/assembly.ts';
import { localArn } from './assembly/intrinsics.ts';
import { findNamed } from './assembly/naming.ts';
import type { Addresses } from './assembly/references.ts';
import { takeDataFolder } from './data-folder.ts';
import { startEngine } from './engine/engine.ts';
import { keepSweeping, prepareTables } from './engine/tables.ts';
import { messageOf } from './errors.ts';
import { gateway, type Serve } from './http/gateway.ts';
import { closeServer, listen } from './http/http-server.ts';
import { type Issuer, localIssuer, type TokenClaims } from './http/issuer.ts';
import { type LocalPage, localPages } from './http/local-pages.ts';
import { type Network, namingNetwork, openToNetwork } from './http/network.ts';
import { withPages } from './http/pages.ts';
import { SIGN_IN_PATH, signIn } from './http/sign-in.ts';
import { type Endpoints, sharedEnvironment } from './lambda/function-environment.ts';
import { functionSet } from './lambda/function-set.ts';
import type { LocalFunction } from './lambda/functions.ts';
import { startSecrets } from './lambda/secrets.ts';
import { startLive } from './live/live.ts';
import { outboxPage } from './mail/outbox.ts';
import { startMail } from './mail/ses.ts';
import { untilDrained } from './mappings/drain.ts';
import { isQueueMapping, startQueueMappings } from './mappings/queue-mappings.ts';
import { startSchedules } from './mappings/schedules.ts';
import { DEFAULT_POLLING, type Polling } from './mappings/shard-reader.ts';
import { isStreamMapping, type StreamControl, startStreamMappings } from './mappings/stream-mappings.ts';
import type { RetryPolicy } from './messaging/delivery-policy.ts';
import { startMessaging } from './messaging/messaging.ts';

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
  pendingDeliveries(): number;
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

const settledValue = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

const start = async (
  options: HostOptions,
  report: (line: string) => void,
  closers: Closer[],
  close: () => Promise<void>,
): Promise<Host> => {
  let pages = new Map<string, LocalPage>();
  let serve: Serve | undefined;
  const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, outgoing) => {
    const url = incoming.url ?? '/';
    const page = url.startsWith('/local/') ? pages.get(url.split('?', 1)[0] ?? url) : undefined;
    if (page) {
      Promise.resolve(page(incoming, outgoing, new URL(url, baseUrl))).catch((error) =>
        report(messageOf(error)),
      );
    } else if (serve) {
      void serve(incoming, outgoing);
    } else {
      outgoing.writeHead(503, { 'retry-after': '1' }).end();
    }
  });
  const port = await listen(server, options.port);
  const baseUrl = `http://127.0.0.1:${port}`;
  closers.push(() => closeServer(server));

  const opened = async <T extends { stop(): Promise<void> }>(work: Promise<T>): Promise<T> => {
    const part = await work;
    closers.push(() => part.stop());
    return part;
  };
  const dynamodbEndpoint = options.dynamodbEndpoint ?? process.env['DYNAMODB_ENDPOINT'];
  // All settle before one failure counts: what has started by then is stopped.
  const parts = await Promise.allSettled([
    opened(startEngine({ data: options.data, endpoint: dynamodbEndpoint, report, failed: report })),
    opened(startMessaging({ data: options.data, baseUrl, retries: options.httpsRetries, report })),
    opened(startSecrets(options.data)),
    opened(startMail(options.data)),
    localIssuer(options.data, `${baseUrl}/local/issuer`),
    options.prepare?.(),
  ]);
  const engine = settledValue(parts[0]);
  const messaging = settledValue(parts[1]);
  const secrets = settledValue(parts[2]);
  const mail = settledValue(parts[3]);
  const issuer = settledValue(parts[4]);
  settledValue(parts[5]);
  const endpoints: Endpoints = {
    dynamodb: engine.client.endpoint,
    sns: messaging.endpoint,
    sqs: messaging.endpoint,
    secrets: secrets.endpoint,
    mail: mail.endpoint,
  };

  const { queueUrl } = messaging;
  const assembly = readAssembly(options.assembly, { baseUrl, queueUrl, reference: options.reference });
  await prepareTables(engine.client, assembly.tables);
  secrets.declare(assembly.secrets);
  messaging.declare(assembly);
  pages = localPages(issuer, messaging);
  pages.set('/local/outbox', outboxPage(mail.folder));
  pages.set(SIGN_IN_PATH, signIn(issuer));

  const shared = sharedEnvironment(endpoints);
  Object.assign(process.env, shared);
  const functions = functionSet(assembly, {
    baseUrl,
    issuer: issuer.url,
    environment: { ...shared, ...options.environment },
    workers: options.workers ?? [],
  });
  closers.push(functions.stop);
  const { functionOf } = functions;
  await functions.load();

  let activity = 0;
  const invoked = () => {
    activity += 1;
  };
  // Before functions and engines: requests that are under way still need them.
  closers.push(() => closeServer(server));
  const live = startLive(assembly, { server, pages, baseUrl, functionOf, report });
  closers.push(() => live.stop());
  closers.push(keepSweeping(engine.client, assembly.tables, report));
  const streams = await opened(
    startStreamMappings(assembly.mappings.filter(isStreamMapping), {
      client: engine.client,
      replaysOldTables: engine.file !== undefined,
      data: options.data,
      polling: { ...DEFAULT_POLLING, ...options.polling },
      functionOf,
      invoked,
      report,
    }),
  );
  const queues = startQueueMappings(assembly.mappings.filter(isQueueMapping), {
    queues: messaging.queues,
    functionOf,
    invoked,
    report,
  });
  closers.push(() => queues.stop());
  closers.push(startSchedules(assembly, { functionOf, invoked, report }));

  const waking = (name: string): LocalFunction => {
    const target = functionOf(name);
    return { ...target, invoke: (event) => target.invoke(event).finally(streams.wake) };
  };
  const event = options.event ?? null;
  serve = withPages({ event, local: true }, gateway(assembly, waking, report));
  const abroad = (name: string) => namingNetwork(waking(name), baseUrl);
  const network =
    options.network &&
    (await opened(
      openToNetwork({
        ...options.network,
        data: options.data,
        serve: withPages({ event, local: false }, gateway(assembly, abroad, report)),
        upgrade: (...all) => void server.emit('upgrade', ...all),
      }),
    ));

  return {
    baseUrl,
    port,
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
    drained: (timeoutMs) => untilDrained({ streams, queues, activity: () => activity }, timeoutMs),
    pendingDeliveries: messaging.pendingDeliveries,
    stop: close,
  };
};
