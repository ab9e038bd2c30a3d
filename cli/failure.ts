import { ApiProblem, ApiUnreachable } from '../shared/client/api.ts';

/** What the user is told in a line or two, without a stack. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** More lines, such as the wrong places of a file. */
  readonly lines: readonly string[];

  constructor(message: string, lines: readonly string[] = []) {
    super(message);
    this.lines = lines;
  }
}

/** More wrong places than these are counted, not listed. */
const MAX_LINES = 50;

const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  if (error instanceof ApiUnreachable) return new Failure(error.message);
  if (!(error instanceof ApiProblem)) throw error;
  const { title, message, errors } = error;
  const places = errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`);
  return new Failure(message === title ? message : `${title}: ${message}`, places);
};

/** Prints what went wrong and makes the exit code 1. @throws what is a fault of ours */
export const report = (error: unknown): void => {
  const { message, lines } = failureOf(error);
  console.error(message);
  for (const line of lines.slice(0, MAX_LINES)) console.error(`  ${line}`);
  if (lines.length > MAX_LINES) console.error(`  … and ${lines.length - MAX_LINES} more`);
  process.exitCode = 1;
};

/** For what a command prints and nobody takes: a reader that has gone, as `head` does, wants to hear nothing of it. */
export const endOfOutput = ({ code, message }: NodeJS.ErrnoException): void => {
  if (code !== 'EPIPE') console.error(`The output cannot be written: ${message}`);
  process.exit(1);
};
