import { $ZodError } from 'zod/v4/core';
import { log } from '../runtime/log.ts';

/** What the log says of it; an alarm counts these lines. */
export const ITEM_LEFT_OUT = 'an item cannot be read and is left out';

type Item = Record<string, unknown>;

/** Items that were told of: they are read again and again. */
const told = new Set<string>();
const MAX_TOLD = 1_000;

const tell = ({ pk, sk }: Item, { issues }: $ZodError): void => {
  const name = `${String(pk)} ${String(sk)}`;
  if (told.has(name) || told.size >= MAX_TOLD) return;
  told.add(name);
  log.error(ITEM_LEFT_OUT, {
    pk,
    sk,
    at: issues.map(({ path }) => path.join('.')),
  });
};

/**
 * Those of many items that can be read: one of another form, say of a newer version, keeps nobody from the others.
 * @param instead what is to be taken for an item that cannot be read; without it, nothing is
 */
export const readable = <Parsed>(
  items: readonly Item[],
  parse: (item: Item) => Parsed,
  instead?: (item: Item) => Parsed,
): Parsed[] =>
  items.flatMap((item) => {
    try {
      return [parse(item)];
    } catch (error) {
      if (!(error instanceof $ZodError)) throw error;
      tell(item, error);
      return instead ? [instead(item)] : [];
    }
  });
