import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openApi } from '../../shared/contract/openapi.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { operations } from '../../shared/contract/routes.ts';
import { described } from '../support/described.ts';
import { valuesOf } from '../support/schema-values.ts';

const document = openApi(operations, '/');

interface Text {
  readonly name: string;
  readonly text: string;
  /** The whole value with another text here. */
  readonly with: (text: string) => unknown;
}

/** Every text in a value, and how to put another in its place. */
const textsIn = (value: unknown, name: string, put: (inner: unknown) => unknown): Text[] => {
  if (typeof value === 'string') return [{ name, text: value, with: put }];
  if (Array.isArray(value))
    return value.flatMap((inner, index) => textsIn(inner, name, (other) => put(value.with(index, other))));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, key, (other) => put({ ...value, [key]: other })),
  );
};

/** People write these in paragraphs. */
const HAS_LINES = new Set(['body', 'note', 'reason']);
/** What is compared, and neither kept nor shown: a code as it was read, an id said once more. */
const IS_COMPARED = new Set(['badge', 'confirm']);

const controls = fc.oneof(
  fc.constantFrom('\0', '\t', '\n', '\r', '\x1b', '\x7f', '\x85'),
  fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)),
);

const withBody = operations.flatMap((operation: Operation) => {
  const json = described(document, operation).requestBody?.content['application/json'];
  const schema = operation.describedBody ?? operation.body;
  return json && schema ? [{ id: operation.id, schema, values: valuesOf(document, json.schema) }] : [];
});

describe('nobody writes what cannot be seen', () => {
  test.each(withBody)('$id', ({ schema, values }) => {
    fc.assert(
      fc.property(values, controls, fc.nat(), (sent, control, at) => {
        const texts = textsIn(JSON.parse(JSON.stringify(sent)), '', (whole) => whole);
        const chosen = texts[at % texts.length];
        if (!chosen || IS_COMPARED.has(chosen.name)) return;
        const spoilt = chosen.with(`a${control}${chosen.text}b`);
        const { success, data } = z.safeParse(schema, spoilt);
        const isKept = success && textsIn(data, '', () => null).some(({ text }) => text.includes(control));
        const mayBe = HAS_LINES.has(chosen.name) && '\t\n\r'.includes(control);
        expect(isKept && !mayBe, JSON.stringify(spoilt)).toBe(false);
      }),
      { numRuns: 100, seed: 2023 },
    );
  });

  test.each(withBody)('$id: nor blanks alone', ({ schema, values }) => {
    fc.assert(
      fc.property(values, fc.constantFrom(' ', '\n', '\u3000'), fc.nat(), (sent, blank, at) => {
        const texts = textsIn(JSON.parse(JSON.stringify(sent)), '', (whole) => whole);
        const chosen = texts[at % texts.length];
        if (!chosen || IS_COMPARED.has(chosen.name)) return;
        const spoilt = chosen.with(blank);
        const { success, data } = z.safeParse(schema, spoilt);
        // What may be left out may be blank, and is kept as nothing.
        expect(success && JSON.stringify(data).includes(JSON.stringify(blank)), JSON.stringify(spoilt)).toBe(
          false,
        );
      }),
      { numRuns: 60, seed: 2023 },
    );
  });
});
