import {
  canonicalJson,
  concatBytes,
  equalBytes,
  parseBase64Url,
  toBase64Url,
  utf8,
  type JsonObject,
} from '@enlace/kernel';

import { label, sodium } from './sodium.js';
import { StatementRefused } from './trust-error.js';

/** Length of the salt that keeps a card's hash from being guessed; erased together with the body. */
export const CARD_SALT_BYTES = 32;

/** The hash that a certificate or contact carries for names, telephones and mail, which never enter the log. */
export function cardHash(body: JsonObject, salt: Uint8Array): string {
  if (salt.length !== CARD_SALT_BYTES) throw new RangeError('the salt of a card has 32 bytes');
  const message = concatBytes(label('enlace/card/v1'), utf8(canonicalJson(body)));
  return toBase64Url(sodium.crypto_auth_hmacsha256(message, salt));
}

/** Returns the body when it is the one the statement committed to. Throws `statement.refused` otherwise. */
export function verifyCard<Body extends JsonObject>(
  body: Body,
  salt: Uint8Array,
  committed: string,
): Body {
  if (salt.length !== CARD_SALT_BYTES) throw new StatementRefused('card-salt');
  const isCommitted = equalBytes(parseBase64Url(cardHash(body, salt)), parseBase64Url(committed));
  if (!isCommitted) throw new StatementRefused('card');
  return body;
}
