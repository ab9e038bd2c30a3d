const DECLARED = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
const DECLARATION_BYTES = 300;

/** A file that cannot be read as the text that it says it is. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

const byMark = ([first, second]: Uint8Array): string | undefined =>
  first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;

/**
 * The text of a file: by its byte order mark, else as its XML declaration says, else as UTF-8. The declaration then
 * says UTF-8, since that is how it is sent on.
 * @throws {UnreadableText} when the bytes are not in that encoding, or nobody knows the encoding
 */
export const decodeText = (bytes: Uint8Array): string => {
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  const encoding = byMark(bytes) ?? DECLARED.exec(beginning)?.[1] ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.replace(DECLARED, (declaration, name) => declaration.replace(name, 'UTF-8'));
  } catch {
    throw new UnreadableText(`its bytes are not ${encoding}: save it as UTF-8`);
  }
};
