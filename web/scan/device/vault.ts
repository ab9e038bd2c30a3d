/** A value, as bytes that only this installation can read. */
export interface Sealed<Value> {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
  /** Never there: carries the type of what is inside. */
  readonly of?: Value;
}

/** Made once on the device; the browser never hands out what is in them (`extractable: false`). */
export interface VaultKeys {
  readonly seal: CryptoKey;
  readonly blind: CryptoKey;
}

export interface Vault {
  /** Encrypts a value that JSON can carry. */
  seal<Value>(value: Value): Promise<Sealed<Value>>;
  /** @throws OperationError where it was sealed elsewhere or changed since */
  open<Value>(sealed: Sealed<Value>): Promise<Value>;
  /** The name under which something is kept, so that the store does not say whose it is. */
  blind(name: string): Promise<string>;
}

/** Of AES-GCM, NIST SP 800-38D section 5.2.1.1. */
const IV_BYTES = 12;

export const makeVaultKeys = async (): Promise<VaultKeys> => {
  const [seal, blind] = await Promise.all([
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ]);
  return { seal, blind };
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const vault = (keys: VaultKeys): Vault => ({
  seal: async (value) => {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const text = encoder.encode(JSON.stringify(value));
    return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, keys.seal, text) };
  },
  open: async ({ iv, bytes }) =>
    JSON.parse(decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, keys.seal, bytes))),
  blind: async (name) => {
    const mac = await crypto.subtle.sign('HMAC', keys.blind, encoder.encode(name));
    return btoa(String.fromCharCode(...new Uint8Array(mac)));
  },
});
