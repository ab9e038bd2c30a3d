import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { tokenVerifier } from '../../shared/runtime/tokens.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { settings } from './function.ts';
import { authorizeLive } from './live-authorizer.ts';

const env = readEnv(settings);

export const handler = authorizeLive(tokenVerifier(deviceStore(dynamo(), env.REGISTRY_TABLE), env));
