/** What stops the host, said in one line for the person at the terminal. */
export class HostError extends Error {
  override readonly name: HostErrorName;

  constructor(name: HostErrorName, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

export type HostErrorName =
  | 'PortInUse'
  | 'DataFolderInUse'
  | 'DataFolderUnwritable'
  | 'EngineMissing'
  | 'EngineFailed'
  | 'EngineSchemaChanged'
  | 'AssemblyUnreadable'
  | 'AssemblyUnsupported'
  | 'PagesNotBuilt'
  | 'SeedFailed';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
