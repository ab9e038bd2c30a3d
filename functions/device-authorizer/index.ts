import { authorize } from '../../shared/runtime/authorize.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { tokenVerifier } from '../../shared/runtime/tokens.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { settings } from './function.ts';

const env = readEnv(settings);

export const handler = authorize(
  tokenVerifier(deviceStore(dynamo(), env.REGISTRY_TABLE), secretOf(env.SEALING_SECRET_ARN), env),
);
