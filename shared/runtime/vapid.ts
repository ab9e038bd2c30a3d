import { createECDH, hkdfSync } from 'node:crypto';

export interface VapidKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
}

const COORDINATE_BYTES = 32;
/** Order of P-256, of which a private key has to be less (SEC 2). */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** A scalar from 48 derived bytes, so that it is as good as uniform (FIPS 186-5, A.2.1). */
const scalarFrom = (secret: string): Buffer => {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'turnout vapid', 48));
  const scalar = (BigInt(`0x${bytes.toString('hex')}`) % (ORDER - 1n)) + 1n;
  return Buffer.from(scalar.toString(16).padStart(COORDINATE_BYTES * 2, '0'), 'hex');
};

/** The key that names this deployment to push services (RFC 8292): derived, so that it is stored nowhere. */
export const vapidKey = (secret: string): VapidKey => {
  const curve = createECDH('prime256v1');
  const scalar = scalarFrom(secret);
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 1 + COORDINATE_BYTES).toString('base64url'),
    y: point.subarray(1 + COORDINATE_BYTES).toString('base64url'),
    d: scalar.toString('base64url'),
  };
};

/** What a page gives to `pushManager.subscribe` as `applicationServerKey`, base64url of the uncompressed point. */
export const applicationServerKey = ({ x, y }: VapidKey): string =>
  Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString(
    'base64url',
  );
