import * as z from 'zod';
import type { Assembly, FunctionResource } from '../assembly/assembly.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { startThread } from '../lambda/threads.ts';
import type { RetryPolicy } from '../messaging/delivery-policy.ts';

/** What of an assembly the background makes. */
type Declared = Pick<Assembly, 'queues' | 'topics' | 'subscriptions' | 'mailEvents'>;

export interface BackgroundSettings {
  readonly data: string;
  readonly baseUrl: string;
  readonly retries: RetryPolicy | undefined;
  /** Shared: when a door was last asked for, ms since 1970. */
  readonly doorAskedAt: SharedArrayBuffer;
}

export type BackgroundCall =
  | { readonly kind: 'facts' | 'pending' | 'state' | 'halt' | 'stop' }
  | { readonly kind: 'declare'; readonly assembly: Declared }
  | {
      readonly kind: 'begin';
      readonly mappings: Assembly['mappings'];
      readonly resources: readonly FunctionResource[];
      /** For the thread itself, and for its functions. */
      readonly shared: Readonly<Record<string, string>>;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'invoke'; readonly name: string; readonly event: unknown }
  | { readonly kind: 'act'; readonly parameters: string };

const facts = z.object({
  /** Serves SNS and SQS. */
  messaging: z.string(),
  certificate: z.string(),
  /** Serves SES. */
  mail: z.string(),
  /** Folder of the mails. */
  outbox: z.string(),
});
export type BackgroundFacts = z.infer<typeof facts>;
const state = z.object({ dry: z.boolean(), invocations: z.number() });

export interface Background extends BackgroundFacts {
  queueUrl(name: string): string;
  /** Creates what the template declares, or brings it up to it; then messages begin to be delivered. */
  declare(assembly: Declared): Promise<void>;
  /** Hands the messages of queues to their functions from now on. @returns stops that */
  begin(work: Omit<Extract<BackgroundCall, { kind: 'begin' }>, 'kind'>): Promise<{ stop(): Promise<void> }>;
  invoke(name: string, event: unknown): Promise<unknown>;
  /** The two actions that SNS's messages carry as links. @returns the subscription's ARN, undefined when there is none */
  act(parameters: URLSearchParams): Promise<string | undefined>;
  /** Https deliveries that are neither done nor given up. */
  pendingDeliveries(): Promise<number>;
  /** Whether no mapped queue has visible or in-flight messages, and how often a function was invoked by one. */
  state(): Promise<z.infer<typeof state>>;
  /** Somebody is at a door: what goes on here yields for a moment. */
  doorAsked(): void;
  stop(): Promise<void>;
}

/**
 * A thread for what has machines of its own on AWS: SNS, SQS, SES, and the functions that queues set off. It yields to
 * all others, and the thread that answers visitors never waits for it.
 */
export const startBackground = async (
  options: Omit<BackgroundSettings, 'doorAskedAt'> & { readonly report: (line: string) => void },
): Promise<Background> => {
  const { report, ...settings } = options;
  const doorAskedAt = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const asked = new Float64Array(doorAskedAt);
  const thread = await startThread({
    module: new URL('./background-thread.ts', import.meta.url),
    workerData: { ...settings, doorAskedAt } satisfies BackgroundSettings,
    environment: {},
    heapMb: { old: 128, young: 8 },
    report,
    ended: ({ message }) => report(`announcements wait for the next start, their thread ended: ${message}`),
  });
  const ask = (call: BackgroundCall): Promise<unknown> => thread.ask(call);
  const known = facts.parse(await ask({ kind: 'facts' }));
  return {
    ...known,
    queueUrl: (name) => `${known.messaging}/${LOCAL.account}/${name}`,
    declare: async ({ queues, topics, subscriptions, mailEvents }) => {
      await ask({ kind: 'declare', assembly: { queues, topics, subscriptions, mailEvents } });
    },
    begin: async (work) => {
      await ask({ kind: 'begin', ...work });
      return { stop: async () => void (await ask({ kind: 'halt' })) };
    },
    invoke: (name, event) => ask({ kind: 'invoke', name, event }),
    act: async (parameters) =>
      z.optional(z.string()).parse(await ask({ kind: 'act', parameters: String(parameters) })),
    pendingDeliveries: async () => z.number().parse(await ask({ kind: 'pending' })),
    state: async () => state.parse(await ask({ kind: 'state' })),
    doorAsked: () => {
      asked[0] = Date.now();
    },
    stop: async () => {
      await ask({ kind: 'stop' });
      await thread.stop();
    },
  };
};
