import type { FunctionResource } from '../assembly/assembly.ts';
import { LOCAL } from '../assembly/intrinsics.ts';
import { LIVE_PATH } from '../assembly/references.ts';

export interface Endpoints {
  readonly dynamodb: string;
  readonly sns: string;
  readonly sqs: string;
  readonly secrets: string;
  readonly mail: string;
}

/** What the SDK of every function finds in its environment. */
export const sharedEnvironment = (endpoints: Endpoints): Record<string, string> => ({
  AWS_REGION: LOCAL.region,
  AWS_DEFAULT_REGION: LOCAL.region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SNS: endpoints.sns,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
  AWS_ENDPOINT_URL_SESV2: endpoints.mail,
});

const withValues = (resource: FunctionResource, replace: (value: string) => string): FunctionResource => {
  const { Environment } = resource.properties;
  if (!Environment) return resource;
  const Variables = Object.fromEntries(
    Object.entries(Environment.Variables).map(([key, value]) => [key, replace(value)]),
  );
  return { ...resource, properties: { ...resource.properties, Environment: { Variables } } };
};

/** Template values name the user pool as issuer; the functions are given the local one. */
export const withLocalIssuer = (
  resource: FunctionResource,
  issuers: readonly string[],
  local: string,
): FunctionResource =>
  withValues(resource, (value) => issuers.reduce((text, issuer) => text.replaceAll(issuer, local), value));

/** Templates write the schemes of AppSync's addresses themselves; the host has no certificate for its own. */
export const withLocalLive = (resource: FunctionResource, baseUrl: string): FunctionResource => {
  const place = `${new URL(baseUrl).host}${LIVE_PATH}`;
  return withValues(resource, (value) =>
    value.replaceAll(`https://${place}`, `http://${place}`).replaceAll(`wss://${place}`, `ws://${place}`),
  );
};
