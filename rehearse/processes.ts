import { readFileSync } from 'node:fs';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Resident memory in MB; 0 where /proc does not say. */
export const residentMb = (pid: number): number => {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 102.4) / 10;
};

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: in ticks of 10 ms, after the name in brackets. */
const TICK_MS = 10;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time used so far in ms, by all threads. */
export const cpuMs = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[USER_TIME] ?? 0) + Number(fields[SYSTEM_TIME] ?? 0)) * TICK_MS;
};

const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

/** The process below `root` whose command line holds `part`. */
export const findBelow = (root: number, part: string): number | undefined => {
  for (const child of childrenOf(root)) {
    const command = read(`/proc/${child}/cmdline`).split('\0');
    if (command[0]?.endsWith('dynoxide') && command.includes(part)) return child;
    const found = findBelow(child, part);
    if (found !== undefined) return found;
  }
  return undefined;
};
