import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs. Never give it names, codes, tokens or texts under embargo (I7, I9). */
export const log = new Logger();
