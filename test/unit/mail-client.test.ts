import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { expect, test, vi } from 'vitest';
import { mailClient } from '../../functions/deliver/mail/client.ts';

// Whoever has the mail already would get it up to four times when SES is slow to say so.
test('a mail that SES is slow to answer for is sent once', async () => {
  let sent = 0;
  const ses = createServer((_request, response) => {
    sent += 1;
    void delay(2_500).then(() => response.end(JSON.stringify({ MessageId: 'm' })));
  });
  await new Promise<void>((listening) => ses.listen(0, '127.0.0.1', listening));
  const address = ses.address();
  vi.stubEnv('AWS_ENDPOINT_URL_SESV2', `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const client = mailClient();
  try {
    const { MessageId } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: 'from@example.org',
        Destination: { ToAddresses: ['to@example.org'] },
        Content: { Raw: { Data: Buffer.from('a mail') } },
      }),
    );
    expect(MessageId).toBe('m');
    expect(sent).toBe(1);
  } finally {
    vi.unstubAllEnvs();
    client.destroy();
    ses.closeAllConnections();
    ses.close();
  }
});
