import type { HttpAnswer } from './http-event.ts';

/** What API Gateway answers by itself; docs/local.md lists when, with AWS's pages. */
const MESSAGES = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export const gatewayAnswer = (status: keyof typeof MESSAGES): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: MESSAGES[status] }),
});
