import type { getLive } from '../../shared/contract/attendance.ts';
import { SUBPROTOCOL } from '../../shared/contract/live.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { LiveChannels } from '../../shared/runtime/live/channel.ts';
import type { EventRecord } from '../../shared/store/events.ts';

export interface LiveDeps {
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly channels: Pick<LiveChannels, 'current'>;
  readonly clock: () => number;
  readonly settings: { readonly LIVE_HTTP_URL: string; readonly LIVE_SOCKET_URL: string };
}

/** Where and how the caller can watch the counts of an event, for a few minutes. */
export const liveOf =
  ({ event: eventOf, channels, clock, settings }: LiveDeps) =>
  async ({ params: { event }, headers }: CallOf<typeof getLive>): Promise<Answer> => {
    await eventOf(event);
    return {
      status: 200,
      body: {
        url: settings.LIVE_SOCKET_URL,
        protocol: SUBPROTOCOL,
        ...(await channels.current(event, clock())),
        // AppSync wants the host of publishing here, also of those who watch.
        // https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html
        authorization: {
          host: new URL(settings.LIVE_HTTP_URL).host,
          Authorization: headers['authorization'] ?? '',
        },
      },
    };
  };
