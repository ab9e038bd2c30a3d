import type { DataStack } from './data-stack.ts';
import type { FunctionFolders } from './function-folders.ts';
import type { IdentityStack } from './identity-stack.ts';
import type { LiveStack } from './live-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';

/** What every function is built on: stacks that know no function, and the code. */
export interface Foundation {
  readonly data: DataStack;
  readonly messaging: MessagingStack;
  readonly identity: IdentityStack;
  /** Absent only while the live channel itself is made. */
  readonly live?: LiveStack;
  readonly folders: FunctionFolders;
  /** Folder of each function's bundle. */
  readonly bundles: ReadonlyMap<string, string>;
}
