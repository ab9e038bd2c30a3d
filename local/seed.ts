import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateBadges } from '../programmes/gdec-2023/badges.ts';
import { EVENT, readEvent, readProgramme } from '../programmes/gdec-2023/programme.ts';
import { shiftProgramme } from '../programmes/gdec-2023/shift.ts';
import { type ApiClient, ApiProblem, apiClient } from '../shared/client/api.ts';
import { readSeeded, type Seeded, type SeededDevice } from './credentials.ts';
import { writeFileAtomically } from './data-folder.ts';
import { HostError } from './errors.ts';

const BADGES_PER_REQUEST = 1000;
const DOORS = 12;
const SUPERVISORS = 2;

const params = { event: EVENT };

const refused = (what: string, errors: readonly unknown[]): void => {
  if (errors.length > 0) throw new HostError('SeedFailed', `${what} refused: ${JSON.stringify(errors)}`);
};

/** A start that fails says so in one line. */
const failed = (error: unknown): never => {
  if (!(error instanceof ApiProblem)) throw error;
  throw new HostError('SeedFailed', `${error.route} answered ${error.status}: ${error.message}`, error);
};

const seedProgramme = async (api: ApiClient, asDated: boolean): Promise<void> => {
  const event = readEvent();
  await api.call('PUT /v1/events/{event}', { params, body: event });
  const dated = readProgramme();
  const body = asDated ? dated : shiftProgramme(dated, { today: new Date(), timeZone: event.timeZone });
  const imported = await api.call('POST /v1/events/{event}/programme', { params, body });
  refused('the programme was', imported.body.errors);
};

/** A line a badge, as volunteers' test scanners and the rehearsal read it. */
const seedBadges = async (api: ApiClient, file: string): Promise<void> => {
  const badges = generateBadges();
  const lines: string[] = [];
  for (let start = 0; start < badges.length; start += BADGES_PER_REQUEST) {
    const rows = badges.slice(start, start + BADGES_PER_REQUEST);
    const { body } = await api.call('POST /v1/events/{event}/badges', { params, body: rows });
    refused('badges were', body.errors);
    body.results.forEach(({ badgeId, code }, index) => {
      const { category, country } = rows[index] ?? {};
      lines.push(JSON.stringify({ badgeId, code, category, country }));
    });
  }
  writeFileAtomically(file, `${lines.join('\n')}\n`);
};

const seedDevices = async (api: ApiClient): Promise<SeededDevice[]> => {
  const numbered = (count: number, name: string, role: SeededDevice['role']) =>
    Array.from({ length: count }, (_, index) => ({ name: `${name} ${index + 1}`, role }));
  const devices: SeededDevice[] = [];
  for (const body of [
    ...numbered(DOORS, 'Door', 'scanner'),
    ...numbered(SUPERVISORS, 'Supervisor', 'supervisor'),
  ]) {
    const { pairingCode } = (await api.call('POST /v1/events/{event}/devices', { params, body })).body;
    const paired = await api.call('POST /v1/devices/pair', { body: { pairingCode } });
    const { deviceId, role, token } = paired.body;
    devices.push({ deviceId, role, token });
  }
  return devices;
};

const seededFile = (data: string): string => join(data, 'seeded.json');

/** The event that a data folder has, or will have when it is seeded. */
export const eventOf = (data: string, empty: boolean): string | undefined => {
  if (existsSync(seededFile(data))) return readSeeded(seededFile(data)).event;
  return empty ? undefined : EVENT;
};

const isKnown = async (api: ApiClient, event: string): Promise<boolean> => {
  try {
    await api.call('GET /v1/events/{event}', { params: { event } });
    return true;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return false;
    return failed(error);
  }
};

/**
 * Loads the conference into a fresh data folder, once, through the API as an organizer would. What a folder was filled
 * with at its first start stays so, nothing included, unless its engine has forgotten it. A start that was killed
 * while seeding begins anew; imports may be repeated.
 */
export const seed = async (
  baseUrl: string,
  organizerToken: string,
  { data, asDated, empty }: { data: string; asDated: boolean; empty: boolean },
): Promise<Seeded> => {
  const file = seededFile(data);
  const api = apiClient({ baseUrl, token: organizerToken });
  const before = existsSync(file) ? readSeeded(file) : undefined;
  if (before && (before.event === undefined || (await isKnown(api, before.event)))) return before;
  const seeded = empty ? { devices: [] } : await loadConference(api, { data, asDated }).catch(failed);
  writeFileAtomically(file, JSON.stringify(seeded));
  return seeded;
};

const loadConference = async (
  api: ApiClient,
  { data, asDated }: { data: string; asDated: boolean },
): Promise<Seeded> => {
  await seedProgramme(api, asDated);
  const [devices] = await Promise.all([seedDevices(api), seedBadges(api, badgesFile(data))]);
  return { event: EVENT, devices };
};

export const badgesFile = (data: string): string => join(data, 'badges.jsonl');
