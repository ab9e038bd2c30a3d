interface Nameable {
  readonly name: string;
  readonly logicalId: string;
}

/** By exact name or logical id, else by an unambiguous beginning: CDK ends logical ids with a hash. */
export const findNamed = <T extends Nameable>(all: readonly T[], wanted: string, what: string): T => {
  const exact = all.find(({ name, logicalId }) => name === wanted || logicalId === wanted);
  if (exact) return exact;
  const plain = wanted.replaceAll('-', '').toLowerCase();
  const hashed = all.filter(({ logicalId }) => logicalId.slice(0, -8).toLowerCase() === plain);
  const starting =
    hashed.length > 0 ? hashed : all.filter(({ logicalId }) => logicalId.toLowerCase().startsWith(plain));
  const [only] = starting;
  if (only && starting.length === 1) return only;
  throw new Error(
    `${starting.length} ${what}s are called ${wanted}; there are: ${all.map(({ name }) => name).join(', ')}`,
  );
};
