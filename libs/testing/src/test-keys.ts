import { createHash } from 'node:crypto';

import { toBase64Url } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

/** The private key that a name stands for. The same in every run, so that frozen vectors can name it. */
export function forTestsOnlySeed(name: string): Uint8Array {
  return digest(`enlace/test-key/${name}`);
}

/** The public key of a name, as statements carry it. */
export function testPublicKey(name: string): string {
  return toBase64Url(publicKeyOf(forTestsOnlySeed(name)));
}

/** An id that a name stands for; persons have version 4, everything else version 7. */
export function testId(name: string, version: 4 | 7): string {
  const hex = Buffer.from(digest(`enlace/test-id/${name}`)).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `${version}${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Bytes of any length that a name stands for, in base64url. */
export function testBytes(name: string, length: number): string {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) => digest(`${name}/${at}`));
  return toBase64Url(Buffer.concat(blocks).subarray(0, length));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
