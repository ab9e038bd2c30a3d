import Negotiator from 'negotiator';
import { type ExplainedLanguage, explainedLanguages } from '../domain/explain.ts';

/** The language to explain in, by `Accept-Language` (RFC 9110 section 12.5.4); English where none fits. */
export const preferredLanguage = (acceptLanguage: string | undefined): ExplainedLanguage => {
  const [best] = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).languages([
    ...explainedLanguages,
  ]);
  return explainedLanguages.find((language) => language === best) ?? 'en';
};
