import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the encryption library exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'PASSPHRASE_COST_MAXIMUM',
    'PASSPHRASE_COST_MINIMUM',
    'VaultMalformed',
    'VaultNotOpened',
    'WRAP_BYTES',
    'cryptoReady',
    'describeWrap',
    'isSameRecoveryCode',
    'newRecoveryCode',
    'openWithPassphrase',
    'openWrap',
    'readRecoveryCode',
    'sealWithPassphrase',
    'wrapRootKey',
  ]);
});
