import { createHash } from 'node:crypto';
import { parseBadgeCode } from '../../domain/badge-code.ts';

export const codeHash = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** Made by another system: known by its hash alone. */
export const isForeign = (code: string): boolean => parseBadgeCode(code).kind === 'foreign';
