import type { AnnouncementContent } from './announcement.ts';

/** What a change says of each language: fields to set, `null` to take one away, a whole language included. */
export type ContentPatch = Readonly<
  Record<
    string,
    {
      readonly title?: string | undefined;
      readonly body?: string | undefined;
      readonly url?: string | null | undefined;
    } | null
  >
>;

type LooseText = Readonly<Record<string, string>>;

/**
 * JSON Merge Patch (RFC 7396) of the texts: a language and a field that are not named stay as they are. What comes out
 * may lack a title or body, where a language is new.
 */
export const mergeContent = (
  content: AnnouncementContent,
  patch: ContentPatch,
): Readonly<Record<string, LooseText>> => {
  const merged = new Map<string, LooseText>(
    Object.entries(content).map(([language, text]) => [language, given({ ...text })]),
  );
  for (const [language, change] of Object.entries(patch)) {
    if (change === null) merged.delete(language);
    else merged.set(language, given({ ...merged.get(language), ...withoutUndefined(change) }));
  }
  return Object.fromEntries(merged);
};

const withoutUndefined = (fields: Readonly<Record<string, string | null | undefined>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Leaves out what is null or undefined. */
const given = (fields: Readonly<Record<string, string | null | undefined>>): LooseText =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
