import { toBase64Url, toHex, type Branded } from '@enlace/kernel';

import { labelledHash } from './sodium.js';

/** 22 characters that find a key quickly; an index, never a proof. */
export type KeyId = Branded<string, 'KeyId'>;
/** 43 characters that name one body, whoever signed it. */
export type StatementId = Branded<string, 'StatementId'>;

const KEY_ID_BYTES = 16;

export function keyId(publicKey: Uint8Array): KeyId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a key id is made
  return toBase64Url(keyHash(publicKey).subarray(0, KEY_ID_BYTES)) as KeyId;
}

/** What people compare aloud or on paper: the whole hash of a public key, eight groups of eight hexadecimal digits. */
export function keyFingerprint(publicKey: Uint8Array): string {
  return (toHex(keyHash(publicKey)).match(/.{8}/g) ?? []).join(' ');
}

export function statementId(body: Uint8Array): StatementId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a statement id is made
  return toBase64Url(labelledHash('enlace/statement/v1', body)) as StatementId;
}

function keyHash(publicKey: Uint8Array): Uint8Array {
  return labelledHash('enlace/key/v1', publicKey);
}
