import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Page } from '../store/list-page.ts';
import { cached } from './cached.ts';
import { sealingKey } from './sealing.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A cursor that no such list of ours answered. */
export class ForeignCursorError extends Error {
  override readonly name = 'ForeignCursorError';
}

/** @param list of what, and of whose; a cursor is good for the same alone */
const sealerOf = (secret: string) => {
  const key = sealingKey(secret, 'cursor');
  return {
    /** AES-256-GCM. The nonce follows from the text: the same page is the same bytes and keeps its ETag. */
    seal: (position: string, list: string): string => {
      const text = Buffer.from(position);
      const nonce = createHmac('sha256', key)
        .update(`${list}\n${position}`)
        .digest()
        .subarray(0, NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(list));
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },
    /** @throws {ForeignCursorError} */
    open: (cursor: string, list: string): string => {
      const bytes = Buffer.from(cursor, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(list))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new ForeignCursorError('The cursor is not one of this list', { cause });
      }
    },
  };
};

/** Where lists go on, sealed: opaque to whoever carries it, and good for the list alone that it is of. */
export const cursors = (sealingSecret: () => Promise<string>) => {
  const sealers = cached(async (secret: string) => sealerOf(secret), {
    maxAgeMs: Number.POSITIVE_INFINITY,
    maxEntries: 1,
  });
  const sealer = async () => sealers(await sealingSecret());

  return {
    /**
     * A page as it is answered.
     * @param list its name, then what it is a list of: event, session, what was searched for
     * @throws {ForeignCursorError} when the cursor is of no such list
     */
    page: async <Item>(
      list: readonly string[],
      cursor: string | undefined,
      read: (after: string | undefined) => Promise<Page<Item>>,
    ): Promise<{ items: readonly Item[]; nextCursor?: string }> => {
      const name = JSON.stringify(list);
      const after = cursor === undefined ? undefined : (await sealer()).open(cursor, name);
      const { items, next } = await read(after);
      return { items, ...(next !== undefined && { nextCursor: (await sealer()).seal(next, name) }) };
    },
  };
};
export type Cursors = ReturnType<typeof cursors>;
