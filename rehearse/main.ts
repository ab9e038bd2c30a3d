import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCredentials } from '../local/credentials.ts';
import { startTurnout } from '../local/start.ts';
import { renderChannels } from './channels/report.ts';
import { rehearseChannels } from './channels/run.ts';
import { connectDoors, type RehearsalOptions, rehearse } from './rehearsal.ts';
import { renderReport } from './report.ts';

const usage = `Plays the conference against a host and checks what it promises.

  --speed N           rehearsed time ÷ real time (default 600)
  --scans N           distinct scans (default: the opening evening and one morning of forums)
  --seed N            another crowd (default 1)
  --json FILE         writes the report as JSON too
  --credentials FILE  plays against the running host of this credentials.json, instead of an own one; pairs
                      devices, revokes badges, moves the played sessions to now and publishes the outcomes there
  --url URL           base URL of that host, where it differs from the file's

  --channels          instead of the conference: announcements by every channel while the host is killed
  --kills N           of that: how often (default 3)
  --doors             of that: also check-ins at half of saturation, with and without it; nobody is killed
  --scale N           of that: 1 is 120 announcements to 2,505 subscribers (default 0.05)`;

/** A mistake on the command line. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${name} takes a number above 0, not "${text}"`);
  return value;
};

const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  return value;
};

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        speed: { type: 'string', default: '600' },
        scans: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        url: { type: 'string' },
        credentials: { type: 'string' },
        channels: { type: 'boolean', default: false },
        scale: { type: 'string', default: '0.05' },
        kills: { type: 'string' },
        doors: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const playOn = async (
  credentialsFile: string,
  url: string | undefined,
  own: boolean,
  options: RehearsalOptions,
) => {
  const read = readCredentials(credentialsFile);
  const credentials = url === undefined ? read : { ...read, baseUrl: url };
  const client = connectDoors(credentials.baseUrl);
  try {
    return await rehearse({ client, credentials, own, say }, options);
  } finally {
    await client.close();
  }
};

const playOnOwnHost = async (options: RehearsalOptions) => {
  const data = await mkdtemp(join(tmpdir(), 'turnout-rehearsal-'));
  try {
    say('starting a host of our own');
    const host = await startTurnout({ data, port: 0, asDated: false, empty: false });
    try {
      return await playOn(host.credentialsFile, undefined, true, options);
    } finally {
      await host.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

const finish = async (
  report: { readonly ok: boolean },
  text: string,
  json: string | undefined,
): Promise<void> => {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(text);
  if (!report.ok) process.exitCode = 1;
};

const main = async (): Promise<void> => {
  const given = readArguments();
  if (given.help) {
    console.log(usage);
    return;
  }
  if (given.url !== undefined && given.credentials === undefined) {
    throw new UsageError('--url needs --credentials FILE of the same host');
  }
  if (given.channels) {
    const wanted = {
      scale: positive('scale', given.scale),
      seed: whole('seed', given.seed),
      // A door that is killed in the middle would measure nothing.
      kills: whole('kills', given.kills ?? (given.doors ? '0' : '3')),
      doors: given.doors,
    };
    const report = await rehearseChannels(wanted, say);
    return finish(report, renderChannels(report), given.json);
  }
  const options = {
    speed: positive('speed', given.speed),
    seed: whole('seed', given.seed),
    scans: given.scans === undefined ? undefined : Math.ceil(positive('scans', given.scans)),
  };
  const report =
    given.credentials === undefined
      ? await playOnOwnHost(options)
      : await playOn(given.credentials, given.url, false, options);
  await finish(report, renderReport(report), given.json);
};

try {
  await main();
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  // What is still under way (subscribers, announcements) has nobody left to report to.
  process.exit(error instanceof UsageError ? 2 : 1);
}
