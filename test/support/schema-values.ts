import fc from 'fast-check';
import * as z from 'zod';

/** As much of JSON Schema as the OpenAPI document speaks. */
const schema = z.looseObject({
  $ref: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  minProperties: z.number().default(0),
  items: z.unknown().optional(),
  minItems: z.number().default(0),
  maxItems: z.number().default(3),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minLength: z.number().default(0),
  maxLength: z.number().default(1000),
  minimum: z.number().default(0),
  maximum: z.number().default(1000),
});
type Schema = z.output<typeof schema>;

const FEW = 3;
const SHORT = 40;

const texts = ({ pattern, format, minLength, maxLength }: Schema): fc.Arbitrary<string> => {
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === 'uri') return fc.webUrl();
  if (format === 'email') return fc.constantFrom('ada@example.org', 'a.b+c@example.com');
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern))
      .filter(({ length }) => length >= minLength && length <= maxLength);
  const unit = fc.constantFrom(...'aZ09 -_.:/?&#<>"\'\\%', '大', 'é', '\u202e', '💬');
  return fc
    .string({ unit, minLength, maxLength: Math.max(minLength, Math.min(maxLength, SHORT) / 2) })
    .filter((text) => minLength === 0 || text.trim().length >= minLength);
};

/** Values that the schema takes; the document gives what `$ref` refers to. */
export const valuesOf = (document: unknown, given: unknown): fc.Arbitrary<unknown> => {
  const one = schema.parse(given);
  if (one.$ref !== undefined) {
    const target = one.$ref
      .replace('#/', '')
      .split('/')
      .reduce<unknown>((at, key) => z.record(z.string(), z.unknown()).parse(at)[key], document);
    return valuesOf(document, target);
  }
  if (one.anyOf) return fc.oneof(...one.anyOf.map((option) => valuesOf(document, option)));
  if (one.const !== undefined) return fc.constant(one.const);
  if (one.enum) return fc.constantFrom(...one.enum);
  switch (one.type) {
    case 'string':
      return texts(one);
    case 'integer':
      return fc.integer({ min: Math.max(one.minimum, -1e9), max: Math.min(one.maximum, 1e9) });
    case 'number':
      return fc.double({ min: one.minimum, max: one.maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(document, one.items ?? {}), {
        minLength: one.minItems,
        maxLength: Math.max(one.minItems, Math.min(one.maxItems, FEW)),
      });
    case 'object':
      return objects(document, one);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const objects = (document: unknown, one: Schema): fc.Arbitrary<unknown> => {
  const named = fc.record(
    Object.fromEntries(
      Object.entries(one.properties).map(([name, value]) => [name, valuesOf(document, value)]),
    ),
    { requiredKeys: one.required },
  );
  if (one.propertyNames === undefined) return named;
  const names = valuesOf(document, one.propertyNames).map(String);
  return fc.dictionary(names, valuesOf(document, one.additionalProperties ?? {}), {
    minKeys: one.minProperties,
    maxKeys: FEW,
  });
};

/** Values of every kind where one was expected, and the expected one spoilt somewhere. */
export const oddValues = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const strange = fc.oneof(
    fc.constantFrom(null, '', ' ', [], {}, -1, 0, 1e21, true, '\u0000', '__proto__', 'a'.repeat(2000)),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const spoilt = fc.tuple(good, strange, fc.nat()).map(([value, other, at]) => {
    if (typeof value !== 'object' || value === null) return other;
    const keys = Object.keys(value);
    const key = keys[at % Math.max(keys.length, 1)] ?? 'unknown';
    return Array.isArray(value) ? [other, ...value] : { ...value, [key]: other };
  });
  return fc.oneof(strange, spoilt);
};
