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

/** Runs a command; what goes wrong is printed and makes the exit code 1. */
export const reporting =
  <Context>(run: (context: Context) => Promise<void>) =>
  async (context: Context): Promise<void> => {
    try {
      await run(context);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(error.message);
      for (const line of error.lines.slice(0, MAX_LINES)) console.error(`  ${line}`);
      if (error.lines.length > MAX_LINES) console.error(`  … and ${error.lines.length - MAX_LINES} more`);
      process.exitCode = 1;
    }
  };
