export { cryptoReady } from './sodium.js';
export {
  PASSPHRASE_COST_MAXIMUM,
  PASSPHRASE_COST_MINIMUM,
  type PassphraseCost,
  type WrapKind,
  type WrapSecret,
} from './vault/key-encryption.js';
export {
  openWithPassphrase,
  sealWithPassphrase,
  type PassphraseBoxOptions,
} from './vault/passphrase-box.js';
export {
  isSameRecoveryCode,
  newRecoveryCode,
  readRecoveryCode,
  type RecoveryCode,
} from './vault/recovery-code.js';
export { VaultMalformed, VaultNotOpened } from './vault/vault-error.js';
export { describeWrap, openWrap, WRAP_BYTES, wrapRootKey, type WrapOptions } from './vault/wrap.js';
