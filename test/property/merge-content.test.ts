import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContentPatch, mergeContent } from '../../shared/domain/merge-content.ts';

/** JSON Merge Patch as RFC 7396 writes it down, section 2. */
const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
};

const language = fc.constantFrom('en', 'zh', 'fr');
const text = fc.record(
  { title: fc.string(), body: fc.string(), url: fc.webUrl() },
  { requiredKeys: ['title', 'body'] },
);
const change = fc.record(
  { title: fc.string(), body: fc.string(), url: fc.option(fc.webUrl(), { nil: null }) },
  { requiredKeys: [] },
);
const patch: fc.Arbitrary<ContentPatch> = fc.dictionary(language, fc.option(change, { nil: null }));

test('a correction in one language would delete the other without a word', () => {
  fc.assert(
    fc.property(fc.dictionary(language, text), patch, (content, changes) => {
      expect(mergeContent(content, changes)).toEqual(mergePatch(content, changes));
    }),
  );
});
