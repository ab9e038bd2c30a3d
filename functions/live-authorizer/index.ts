import { readEnv } from '../../shared/runtime/env.ts';
import { peopleVerifier } from '../../shared/runtime/tokens.ts';
import { settings } from './function.ts';
import { authorizeLive } from './live-authorizer.ts';

export const handler = authorizeLive(peopleVerifier(readEnv(settings)));
