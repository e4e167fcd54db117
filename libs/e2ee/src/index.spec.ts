import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the encryption library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'EPOCHS_PER_ITEM',
    'EnvelopeNotOpened',
    'EnvelopeTooLarge',
    'GroupError',
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
    'isSignedBy',
    'mlsPort',
    'newRecoveryCode',
    'openEntry',
    'openVaultItem',
    'openWithPassphrase',
    'openWrap',
    'readRecoveryCode',
    'sealEntry',
    'sealVaultItem',
    'sealWithPassphrase',
    'signEntry',
    'vaultItemId',
    'wrapRootKey',
  ]);
});
