import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the encryption library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'EPOCHS_PER_ITEM',
    'EnvelopeNotOpened',
    'EnvelopeTooLarge',
    'GroupError',
    'KeyFileMalformed',
    'PASSPHRASE_COST_MAXIMUM',
    'PASSPHRASE_COST_MINIMUM',
    'VAULT_WRITE_LIMIT_BYTES',
    'VaultMalformed',
    'VaultNotOpened',
    'VaultRolledBack',
    'assertNotRolledBack',
    'cryptoReady',
    'describeWrap',
    'epochKeyId',
    'isSameRecoveryCode',
    'isSeedOf',
    'mlsPort',
    'newRecoveryCode',
    'openEntry',
    'openFromDevice',
    'openKeyFile',
    'openVaultItem',
    'openWithPassphrase',
    'openWrap',
    'parseKeyFile',
    'readRecoveryCode',
    'sealEntry',
    'sealForDevice',
    'sealKeyFile',
    'sealVaultItem',
    'sealWithPassphrase',
    'signEntry',
    'vaultItemId',
    'wrapRootKey',
  ]);
});
