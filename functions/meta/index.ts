import { getHealth, getOpenApi, getSignIn } from '../../shared/contract/meta.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { eventReader } from '../../shared/store/events.ts';
import { settings } from './function.ts';
import { document, health, unmatched } from './meta.ts';

const { REGISTRY_TABLE, ISSUER, AUDIENCE } = readEnv(settings);
const events = eventReader(dynamo(), REGISTRY_TABLE);

/** No event has this name: reading it only shows that the store answers. */
const PROBE = 'health';

export const handler = httpApi(
  [
    on(getHealth, health({ readStore: () => events.get(PROBE), clock: Date.now })),
    on(getSignIn, async () => ({ status: 200, body: { issuer: ISSUER, clientId: AUDIENCE } })),
    on(getOpenApi, () => document('/')),
  ],
  unmatched(),
);
