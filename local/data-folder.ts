import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostError, messageOf } from './errors.ts';

const readPid = (file: string): string => {
  try {
    return ` (process ${readFileSync(file, 'utf8').trim()})`;
  } catch {
    return '';
  }
};

/** One by one: where the system forbids it, as below /proc, mkdir's recursive mode never ends. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
};

/**
 * Makes the folder and takes it for this host alone. The lock is SQLite's lock on a file, which the
 * kernel drops with the process: no stale lock is left by kill -9, and none is taken for another's.
 * @returns releases it
 * @throws {HostError} `DataFolderInUse`, `DataFolderUnwritable`
 */
export const takeDataFolder = (folder: string): (() => void) => {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new HostError(
      'DataFolderUnwritable',
      `cannot write to the data folder ${folder}, choose another with --data DIR: ${messageOf(error)}`,
      error,
    );
  }
  const pidFile = join(folder, 'host.pid');
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, 'host.lock'));
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (!/locked|busy/i.test(messageOf(error))) {
      throw new HostError(
        'DataFolderUnwritable',
        `cannot write to the data folder ${folder}, choose another with --data DIR: ${messageOf(error)}`,
        error,
      );
    }
    const holder = readPid(pidFile);
    throw new HostError(
      'DataFolderInUse',
      `another host${holder} runs on ${folder}: stop it or choose another folder`,
      error,
    );
  }
  writeFileSync(pidFile, String(process.pid));
  const held = lock;
  return () => {
    rmSync(pidFile, { force: true });
    held.close();
  };
};

/** Replaces a file in one step: a reader or a crash sees the old text or the new one, never half of it. */
export const writeFileAtomically = (file: string, text: string, mode = 0o600): void => {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
};

/** Reads a file, or makes it on the first start. */
export const readOrCreate = async (
  file: string,
  create: () => string | Promise<string>,
  mode = 0o600,
): Promise<string> => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const text = await create();
    writeFileAtomically(file, text, mode);
    return text;
  }
};
