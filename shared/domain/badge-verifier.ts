const fromBase64Url = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** The verifier that `verifyBadgeCode` takes, by WebCrypto: for devices that decide without a server. */
export const webBadgeVerifier = (publicKeys: readonly { kid: string; publicKey: string }[]) => {
  const imported = new Map(
    publicKeys.map(({ kid, publicKey }) => [
      kid,
      crypto.subtle.importKey('raw', fromBase64Url(publicKey), 'Ed25519', false, ['verify']),
    ]),
  );
  return async (kid: string, signed: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => {
    const key = await imported.get(kid);
    return key !== undefined && crypto.subtle.verify('Ed25519', key, signature, signed);
  };
};

/** SHA-256 of a code of another system, base64url: what a device knows such codes by. */
export const webCodeHash = async (code: string): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
};
