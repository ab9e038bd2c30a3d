import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from './audience.ts';

export interface Received {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Ms since 1970. */
  readonly at: number;
}

/** One member that posts come to. Whatever it throws is a fault of what came, and is answered with 400. */
export interface Receiver {
  readonly member: Member;
  /** What it subscribes with. */
  endpoint(url: string): unknown;
  /** @returns the status of its answer */
  receive(received: Received): number | Promise<number>;
}

const TRIES = 100;
const PAUSE_MS = 300;

/** Asks the host until it takes it: it may be busy, or away. */
export const insist = async (url: string, init: RequestInit = {}): Promise<Response> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, init).catch(() => undefined);
    if (response?.ok) return response;
    const passing = response === undefined || response.status === 429 || response.status >= 500;
    if (!passing || attempt === TRIES) throw new Error(`${url} answered ${response?.status ?? 'nothing'}`);
    await sleep(PAUSE_MS);
  }
};

/** What the button on a subscription's page does. */
export const confirmByForm = (url: string): Promise<Response> =>
  insist(url, { method: 'POST', body: new URLSearchParams({ action: 'confirm' }) });
