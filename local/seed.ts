import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { generateBadges } from '../programmes/gdec-2023/badges.ts';
import { EVENT, readEvent, readProgramme } from '../programmes/gdec-2023/programme.ts';
import { shiftProgramme } from '../programmes/gdec-2023/shift.ts';
import { writeFileAtomically } from './data-folder.ts';
import { HostError } from './errors.ts';

const device = z.object({ deviceId: z.string(), role: z.enum(['scanner', 'supervisor']), token: z.string() });
export type SeededDevice = z.infer<typeof device>;

const seededFile = z.object({ devices: z.array(device) });
type Seeded = z.infer<typeof seededFile>;

const importedRows = z.object({
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  results: z.array(z.object({ badgeId: z.string(), code: z.string() })),
});
const importedProgramme = z.object({
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
});
const created = z.object({ deviceId: z.string(), pairingCode: z.string() });
const paired = z.object({ deviceId: z.string(), role: z.enum(['scanner', 'supervisor']), token: z.string() });

const BADGES_PER_REQUEST = 1000;
const DOORS = 12;
const SUPERVISORS = 2;

/** Asks the host as an organizer would: what is seeded has gone through the API. */
const api =
  (baseUrl: string, token: string) =>
  async <T extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    schema: T,
  ): Promise<z.output<T>> => {
    const response = await fetch(`${baseUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new HostError('SeedFailed', `${method} ${path} answered ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  };

type Ask = ReturnType<typeof api>;

const seedProgramme = async (ask: Ask, asDated: boolean): Promise<void> => {
  const event = readEvent();
  await ask('PUT', `/events/${EVENT}`, event, z.unknown());
  const dated = readProgramme();
  const programme = asDated ? dated : shiftProgramme(dated, { today: new Date(), timeZone: event.timeZone });
  const { errors } = await ask('POST', `/events/${EVENT}/programme`, programme, importedProgramme);
  if (errors.length > 0)
    throw new HostError('SeedFailed', `the programme was refused: ${JSON.stringify(errors)}`);
};

/** A line a badge, as volunteers' test scanners and the rehearsal read it. */
const seedBadges = async (ask: Ask, file: string): Promise<void> => {
  const badges = generateBadges();
  const lines: string[] = [];
  for (let start = 0; start < badges.length; start += BADGES_PER_REQUEST) {
    const rows = badges.slice(start, start + BADGES_PER_REQUEST);
    const { errors, results } = await ask('POST', `/events/${EVENT}/badges`, rows, importedRows);
    if (errors.length > 0)
      throw new HostError('SeedFailed', `badges were refused: ${JSON.stringify(errors)}`);
    results.forEach(({ badgeId, code }, index) => {
      const { category, country } = rows[index] ?? {};
      lines.push(JSON.stringify({ badgeId, code, category, country }));
    });
  }
  writeFileAtomically(file, `${lines.join('\n')}\n`, 0o600);
};

const seedDevices = async (ask: Ask): Promise<SeededDevice[]> => {
  const wanted = [
    ...Array.from({ length: DOORS }, (_, index) => ({ name: `Door ${index + 1}`, role: 'scanner' })),
    ...Array.from({ length: SUPERVISORS }, (_, index) => ({
      name: `Supervisor ${index + 1}`,
      role: 'supervisor',
    })),
  ];
  const devices: SeededDevice[] = [];
  for (const each of wanted) {
    const { pairingCode } = await ask('POST', `/events/${EVENT}/devices`, each, created);
    devices.push(await ask('POST', '/devices/pair', { pairingCode }, paired));
  }
  return devices;
};

/**
 * Loads the conference into a fresh data folder, once: a folder that has been seeded is left as it is. A start
 * that was killed while seeding begins anew; imports may be repeated.
 */
export const seed = async (
  baseUrl: string,
  organizerToken: string,
  { data, asDated }: { data: string; asDated: boolean },
): Promise<Seeded> => {
  const file = join(data, 'seeded.json');
  if (existsSync(file)) return seededFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ask = api(baseUrl, organizerToken);
  await seedProgramme(ask, asDated);
  const [, devices] = await Promise.all([seedBadges(ask, badgesFile(data)), seedDevices(ask)]);
  writeFileAtomically(file, JSON.stringify({ devices }), 0o600);
  return { devices };
};

export const badgesFile = (data: string): string => join(data, 'badges.jsonl');
