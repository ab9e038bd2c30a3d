import { join, resolve } from 'node:path';
import { openingEvening } from '../rehearse/evening.ts';
import { eveningPage } from '../rehearse/evening-page.ts';
import { LOCAL } from './assembly/intrinsics.ts';
import { synthesize } from './assembly/synthesize.ts';
import { writeFileAtomically } from './data-folder.ts';
import { type Host, startHost } from './host.ts';
import { buildPages } from './http/pages.ts';
import { badgesFile, eventOf, seed } from './seed.ts';

export interface TurnoutOptions {
  /** Folder that keeps everything. */
  readonly data: string;
  /** 0 picks one. */
  readonly port: number;
  /** Keeps the dates of July 2023; otherwise the first day of the programme is today. */
  readonly asDated: boolean;
  /** Loads nothing into a fresh folder. */
  readonly empty: boolean;
  /** Serves other machines too, at this address of the machine (0.0.0.0: all). */
  readonly network?: { readonly host: string; readonly port: number } | undefined;
  /** Folder of a synthesized deployment; without it, one is synthesized. */
  readonly assembly?: string | undefined;
  readonly host?: Partial<Parameters<typeof startHost>[0]> | undefined;
}

export interface Turnout {
  readonly baseUrl: string;
  readonly credentialsFile: string;
  readonly host: Host;
  stop(): Promise<void>;
}

/** Tokens of the local issuer hold for as long as a conference lasts. */
const TOKEN_LIFE = '30d';

/**
 * Runs Turnout on this machine, with the real conference in it, and writes `<data>/credentials.json`.
 * @throws {HostError} with one line that says what to do
 */
export const startTurnout = async (options: TurnoutOptions): Promise<Turnout> => {
  const data = resolve(options.data);
  const assembly = options.assembly ?? join(data, 'assembly');
  const host = await startHost({
    data,
    assembly,
    port: options.port,
    network: options.network,
    // Metrics are lines that CloudWatch reads; nobody does here.
    environment: {
      LOOPBACK_WEBHOOKS: 'true',
      MAIL_FROM: 'Turnout <announcements@turnout.invalid>',
      POWERTOOLS_METRICS_DISABLED: 'true',
    },
    // The door is not slowed down by the gateway and by what reads the streams.
    workers: ['check-in'],
    event: eventOf(data, options.empty),
    prepare:
      options.assembly === undefined
        ? async () => void (await Promise.all([synthesize(assembly), buildPages()]))
        : undefined,
    ...options.host,
  });
  try {
    const tokenOf = (role: string) =>
      host.issueToken({ sub: `local-${role}`, roles: [role], expiresIn: TOKEN_LIFE });
    const organizerToken = await tokenOf('organizer');
    const { asDated, empty } = options;
    const { event, devices } = await seed(host.baseUrl, organizerToken, { data, asDated, empty });
    const credentialsFile = join(data, 'credentials.json');
    const credentials = {
      baseUrl: host.baseUrl,
      event,
      organizerToken,
      viewerToken: await tokenOf('viewer'),
      pressToken: await tokenOf('press'),
      devices,
      badges: badgesFile(data),
      aws: { endpoint: host.endpoints.sqs, region: LOCAL.region },
    };
    writeFileAtomically(credentialsFile, `${JSON.stringify(credentials, null, 2)}\n`);
    if (event === undefined) return { baseUrl: host.baseUrl, credentialsFile, host, stop: host.stop };
    const evening = openingEvening({ ...credentials, event });
    host.pages.set('/local/evening', eveningPage(evening));
    const stop = async () => {
      await evening.stop();
      await host.stop();
    };
    return { baseUrl: host.baseUrl, credentialsFile, host, stop };
  } catch (error) {
    await host.stop();
    throw error;
  }
};
