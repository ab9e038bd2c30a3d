import { type LiveCounts, watchCounts } from '../shared/client/live/client.ts';
import { countFields } from '../shared/contract/live.ts';
import { addressOf, type ConnectionOptions, namesIn } from './connection.ts';
import { Failure } from './failure.ts';

const headings = ['time', 'session', ...countFields].join('\t');

const print = (sessionId: string, counts: LiveCounts): void =>
  console.log([new Date().toISOString(), sessionId, ...countFields.map((field) => counts[field])].join('\t'));

/**
 * Prints a line whenever the counts of a session change, and one at the beginning for each that has any. Ends by a
 * signal. @throws {Failure} when the token is no good
 */
export const watchAttendance = async (
  options: ConnectionOptions & { readonly sessions?: string | undefined },
): Promise<void> => {
  const wanted =
    options.sessions === undefined ? undefined : new Set(namesIn('--sessions', options.sessions));
  const { promise: stopped, resolve: stop, reject: refuse } = Promise.withResolvers<void>();
  console.log(headings);
  const watch = watchCounts({
    ...addressOf(options),
    onCounts: (sessionId, counts) => {
      const isEmpty = countFields.every((field) => counts[field] === 0);
      if (!isEmpty && (wanted?.has(sessionId) ?? true)) print(sessionId, counts);
    },
    onState: (state) => {
      if (state.kind === 'waiting') console.error(`disconnected (${state.reason}), it will be tried again`);
      if (state.kind === 'live') console.error('live');
      if (state.kind === 'refused') refuse(new Failure(`The counts cannot be watched: ${state.reason}`));
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  await stopped.finally(() => watch.stop());
};
