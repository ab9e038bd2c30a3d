import { readFileSync } from 'node:fs';
import { decodeText } from '../shared/import/decode-text.ts';
import { Failure } from './failure.ts';

/** A file, or what comes in by the pipe for `-`. */
export const readText = (file: string): string => {
  try {
    return decodeText(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
};

/** @throws {Failure} that names the file */
export const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};
