import { readFileSync, writeFileSync } from 'node:fs';
import type { BadgePrint } from '../shared/print/badge-pdf.ts';
import { fontFiles } from '../shared/print/font-files.ts';
import { type LayoutName, layouts } from '../shared/print/layouts.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';

export interface PrintOptions {
  readonly layout: LayoutName;
  /** A font for signs that ours lack. */
  readonly font?: string | undefined;
}

const fonts = (own: string | undefined): Uint8Array[] => [
  ...fontFiles.map((file) => readFileSync(new URL(`../shared/print/fonts/${file}`, import.meta.url))),
  ...(own === undefined ? [] : [readFileSync(own)]),
];

const byName = (a: BadgePrint, b: BadgePrint): number =>
  (a.name ?? '').localeCompare(b.name ?? '') || a.badgeId.localeCompare(b.badgeId);

/** Writes badges to print, by name, and says which lost signs. */
export const writeBadges = async (
  file: string,
  badges: readonly BadgePrint[],
  { layout, font }: PrintOptions,
): Promise<void> => {
  const { badgesPdf } = await import('../shared/print/badge-pdf.ts');
  const { pdf, incomplete } = await badgesPdf(badges.toSorted(byName), {
    layout: layouts[layout],
    fonts: fonts(font),
  });
  try {
    writeFileSync(file, pdf, { mode: 0o600 });
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${error instanceof Error ? error.message : 'unwritable'}`);
  }
  console.log(`${badges.length} badges to print in ${file}`);
  for (const { badgeId, signs } of incomplete)
    console.error(`  ${badgeId} lacks ${signs}: no font of ours has it, give one by --font`);
};

/** Badges as they are stored. @throws {Failure} for a revoked one */
export const readBadges = async (
  { api, params }: Connection,
  badgeIds: readonly string[],
): Promise<BadgePrint[]> => {
  const badges: BadgePrint[] = [];
  for (const badge of badgeIds) {
    const call = { params: { ...params, badge } };
    const { body } = await api.call('GET /v1/events/{event}/badges/{badge}', call);
    if (body.revokedAt !== null)
      throw new Failure(`${badge} is revoked: take that back before it is printed`);
    badges.push(body);
  }
  return badges;
};

export const printBadges = async (
  badgeIds: readonly string[],
  { out, ...options }: ConnectionOptions & PrintOptions & { readonly out: string },
): Promise<void> => writeBadges(out, await readBadges(connect(options), badgeIds), options);
