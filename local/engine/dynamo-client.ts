import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import * as z from 'zod';

/** An error answer of the engine; `code` is the short exception name. */
export class DynamoError extends Error {
  override readonly name = 'DynamoError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const failure = z.object({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** Engines check the form of a signature, not its truth. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20230704/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000';

export interface DynamoClient {
  readonly endpoint: string;
  /** @throws {DynamoError} an error answer; any other error when there is no answer */
  call(operation: string, input: object): Promise<unknown>;
  streams(operation: string, input: object): Promise<unknown>;
  close(): void;
}

/**
 * The plain JSON protocol: stream records stay in the form in which Lambda hands them to functions,
 * which the SDK would take apart.
 */
export const dynamoClient = (endpoint: string): DynamoClient => {
  const url = new URL(endpoint);
  const secure = url.protocol === 'https:';
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });

  const send = (target: string, input: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const outgoing = (secure ? secureRequest : request)(
        url,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': target,
            'x-amz-date': '20230704T000000Z',
            authorization: AUTHORIZATION,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            try {
              const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
              if (response.statusCode === 200) return resolve(answer);
              const { __type = '', message, Message } = failure.parse(answer);
              reject(new DynamoError(__type.replace(/^.*#/, ''), message ?? Message ?? ''));
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  return {
    endpoint,
    call: (operation, input) => send(`DynamoDB_20120810.${operation}`, input),
    streams: (operation, input) => send(`DynamoDBStreams_20120810.${operation}`, input),
    close: () => agent.destroy(),
  };
};
