import type { Site } from '../serving.ts';

const isSite = (value: unknown): value is Site =>
  typeof value === 'object' && value !== null && 'event' in value && 'local' in value;

/** What this deployment tells its pages; the event may be chosen by `?event=`. */
export const readSite = async (): Promise<Site> => {
  const answer: unknown = await (await fetch('/site.json')).json();
  if (!isSite(answer)) throw new Error('/site.json was not understood');
  return { ...answer, event: new URLSearchParams(location.search).get('event') ?? answer.event };
};
