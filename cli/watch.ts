import { type LiveCounts, watchCounts } from '../shared/client/live/client.ts';
import { countFields } from '../shared/contract/live.ts';
import { addressOf, type ConnectionOptions, connect, namesIn } from './connection.ts';
import { Failure } from './failure.ts';

const headings = ['time', 'session', ...countFields].join('\t');

const print = (sessionId: string, counts: LiveCounts): void =>
  console.log([new Date().toISOString(), sessionId, ...countFields.map((field) => counts[field])].join('\t'));

/** @throws {Failure} for a session that the programme does not have: nothing would ever be said of it */
const sessionsOf = async (options: ConnectionOptions, text: string): Promise<ReadonlySet<string>> => {
  const { api, params } = connect(options);
  const { sessions } = (await api.call('GET /v1/events/{event}/programme', { params })).body;
  const wanted = namesIn('--sessions', text);
  const unknown = wanted.filter((name) => !sessions.some(({ sessionId }) => sessionId === name));
  if (unknown.length > 0) throw new Failure(`The programme has no session ${unknown.join(', ')}`);
  return new Set(wanted);
};

/**
 * Prints a line whenever the counts of a session change, and one at the beginning for each that has any. Ends by a
 * signal. @throws {Failure} when the token is no good, or a session is not known
 */
export const watchAttendance = async (
  options: ConnectionOptions & { readonly sessions?: string | undefined },
): Promise<void> => {
  const wanted = options.sessions === undefined ? undefined : await sessionsOf(options, options.sessions);
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
