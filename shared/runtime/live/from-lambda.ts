import { setTimeout as sleep } from 'node:timers/promises';
import { appSyncSender } from './appsync.ts';
import { liveChannels } from './channel.ts';
import { livePublisher } from './publisher.ts';

/** Lambda's own, of the function's role. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const fromRuntime = (name: string): string => process.env[name] ?? '';

/** Publishes counters as the function that this process runs. */
export const publishFromLambda = (
  url: string,
  sealingSecret: () => Promise<string>,
): ReturnType<typeof livePublisher> => {
  const sessionToken = fromRuntime('AWS_SESSION_TOKEN');
  return livePublisher({
    channels: liveChannels(sealingSecret),
    send: appSyncSender({
      url,
      region: fromRuntime('AWS_REGION'),
      credentials: {
        accessKeyId: fromRuntime('AWS_ACCESS_KEY_ID'),
        secretAccessKey: fromRuntime('AWS_SECRET_ACCESS_KEY'),
        ...(sessionToken !== '' && { sessionToken }),
      },
    }),
    clock: () => performance.now(),
    now: Date.now,
    wait: (ms) => sleep(ms),
  });
};
