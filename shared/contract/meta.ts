import * as z from 'zod/mini';
import { operation } from './operation.ts';
import { time } from './values.ts';

export const getHealth = operation({
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  function: 'meta',
  access: 'public',
  throttle: { rate: 50, burst: 200 },
  summary: 'Whether the service answers and its store can be read',
  answers: {
    200: z.object({ status: z.literal('ok'), time }),
    503: z.object({ status: z.literal('failing'), time }),
  },
});

export const getSignIn = operation({
  id: 'getSignIn',
  method: 'GET',
  path: '/v1/sign-in',
  function: 'meta',
  access: 'public',
  throttle: { rate: 10, burst: 50 },
  summary: 'Where people sign in: an OpenID Connect issuer, and this API’s public client there (PKCE)',
  answers: { 200: z.object({ issuer: z.url(), clientId: z.string() }) },
});

export const getOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  function: 'meta',
  access: 'public',
  throttle: { rate: 50, burst: 200 },
  summary: 'This API as OpenAPI 3.1',
  answers: { 200: { mediaType: 'application/json', schema: z.looseObject({ openapi: z.string() }) } },
});
