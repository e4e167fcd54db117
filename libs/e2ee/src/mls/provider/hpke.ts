import { concatBytes, utf8 } from '@enlace/kernel';

import { sodium } from '../../sodium.js';
import { GroupError } from '../group-error.js';
import type { KeyedHash } from './hkdf.js';
import { labeled, u16, type Kem } from './kem.js';

/** ChaCha20-Poly1305, RFC 9180, section 7.3. */
const AEAD = { id: 0x0003, keyBytes: 32, nonceBytes: 12 } as const;

/** Where an encapsulated secret leads to; one message is sealed in it, or one secret taken. */
interface HpkeContext {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly exportSecret: (exporterContext: Uint8Array, length: number) => Uint8Array;
}

/** HPKE in base mode (RFC 9180, section 5.1.1), one message a context, on bytes. */
export interface BaseHpke {
  seal(
    publicKey: Uint8Array,
    message: { plaintext: Uint8Array; info: Uint8Array; aad: Uint8Array },
  ): { enc: Uint8Array; ct: Uint8Array };
  open(
    privateKey: Uint8Array,
    sealed: { enc: Uint8Array; ct: Uint8Array; info: Uint8Array; aad: Uint8Array },
  ): Uint8Array;
  sendExport(publicKey: Uint8Array, info: Uint8Array): Exporting & { enc: Uint8Array };
  receiveExport(privateKey: Uint8Array, enc: Uint8Array, info: Uint8Array): Exporting;
}

interface Exporting {
  readonly exportSecret: HpkeContext['exportSecret'];
}

export function baseHpke(
  kem: Kem,
  kdf: { readonly id: number; readonly hash: KeyedHash },
): BaseHpke {
  const suiteId = concatBytes(utf8('HPKE'), u16(kem.id), u16(kdf.id), u16(AEAD.id));
  const { extract, expand } = labeled(kdf.hash, suiteId);
  const none = new Uint8Array();

  const contextOf = (shared: Uint8Array, info: Uint8Array): HpkeContext => {
    const scheduleContext = concatBytes(
      Uint8Array.of(0),
      extract(none, 'psk_id_hash', none),
      extract(none, 'info_hash', info),
    );
    const secret = extract(shared, 'secret', none);
    const exporter = expand(secret, ['exp', scheduleContext], kdf.hash.size);
    return {
      key: expand(secret, ['key', scheduleContext], AEAD.keyBytes),
      nonce: expand(secret, ['base_nonce', scheduleContext], AEAD.nonceBytes),
      exportSecret: (exporterContext, length) => expand(exporter, ['sec', exporterContext], length),
    };
  };
  const received = (privateKey: Uint8Array, enc: Uint8Array, info: Uint8Array): HpkeContext => {
    if (enc.length !== kem.encapsulatedBytes) throw refused('length of an encapsulated key');
    return contextOf(
      attempt('decapsulation', () => kem.decapsulate(enc, privateKey)),
      info,
    );
  };
  const sent = (publicKey: Uint8Array, info: Uint8Array) => {
    const { enc, shared } = attempt('encapsulation', () => kem.encapsulate(publicKey));
    return { enc, ...contextOf(shared, info) };
  };

  return {
    seal: (publicKey, { plaintext, info, aad }) => {
      const { enc, key, nonce } = sent(publicKey, info);
      return { enc, ct: encryptAead({ key, nonce, aad }, plaintext) };
    },
    open: (privateKey, { enc, ct, info, aad }) => {
      const { key, nonce } = received(privateKey, enc, info);
      return decryptAead({ key, nonce, aad }, ct);
    },
    sendExport: sent,
    receiveExport: received,
  };
}

interface AeadInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
}

export function encryptAead({ key, nonce, aad }: AeadInput, plaintext: Uint8Array): Uint8Array {
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, key);
}

/** Throws `group.cryptography`, the same for every reason. */
export function decryptAead({ key, nonce, aad }: AeadInput, sealed: Uint8Array): Uint8Array {
  return attempt('decryption', () =>
    sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, key),
  );
}

export const AEAD_SIZES = { keyLength: AEAD.keyBytes, nonceLength: AEAD.nonceBytes } as const;

/** Runs a primitive; libsodium throws plain errors and `TypeError`. */
export function attempt<Result>(what: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    throw new GroupError('group.cryptography', `refused: ${what}`, { cause });
  }
}

function refused(what: string): GroupError {
  return new GroupError('group.cryptography', `refused: ${what}`);
}
