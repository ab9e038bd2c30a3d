import type { HttpAnswer } from './http-event.ts';

/** The gateway's own errors; on AWS they are `{"message": …}`, here they read like the API's (RFC 9457). */
const PROBLEMS = {
  unauthorized: [401, 'A valid token is needed', 'Send a token: Authorization: Bearer <token>'],
  forbidden: [403, 'This token may not do that', 'The authorizer refused the request'],
  'not-found': [404, 'There is nothing here', 'No route matches the path'],
  'payload-too-large': [413, 'The request is too large', 'A body has at most 10 MB'],
  'too-many-requests': [429, 'Too many requests', 'This route is throttled: try again shortly'],
  internal: [500, 'Something failed on our side', 'The request was not processed'],
  unavailable: [503, 'Try again shortly', 'The function did not answer in time'],
} as const;

export type GatewayProblem = keyof typeof PROBLEMS;

export const problemAnswer = (code: GatewayProblem, instance: string): HttpAnswer => {
  const [status, title, detail] = PROBLEMS[code];
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(code === 'unauthorized' && { 'www-authenticate': 'Bearer' }),
      ...(code === 'too-many-requests' && { 'retry-after': '1' }),
    },
    body: JSON.stringify({
      type: `https://turnout.example/problems/${code}`,
      title,
      status,
      detail,
      instance,
    }),
  };
};
