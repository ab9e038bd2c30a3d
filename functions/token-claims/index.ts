import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { addClaims } from './token-claims.ts';

export const handler = async (
  event: PreTokenGenerationV2TriggerEvent,
): Promise<PreTokenGenerationV2TriggerEvent> => addClaims(event);
