import { createServer } from 'node:http';
import { PublishCommand } from '@aws-sdk/client-sns';
import { expect, test, vi } from 'vitest';
import { announcementsClient } from '../../functions/announce/sns-client.ts';

// Whoever has the announcement already would get it again when SNS took it and its answer was lost.
test('an announcement is published once a try', async () => {
  let taken = 0;
  const sns = createServer((request) => {
    request.resume().once('end', () => {
      taken += 1;
      request.socket.destroy();
    });
  });
  await new Promise<void>((listening) => sns.listen(0, '127.0.0.1', listening));
  const address = sns.address();
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:turnout-gdec-2023-en';
  try {
    await expect(
      announcementsClient().send(new PublishCommand({ TopicArn, Message: '{}' })),
    ).rejects.toThrow();
    expect(taken).toBe(1);
  } finally {
    vi.unstubAllEnvs();
    sns.closeAllConnections();
    sns.close();
  }
});
