import { PassThrough, Readable } from 'node:stream';

import { fetchVault, Vault } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';

import { addRecoveryCode } from '../../../apps/cli/src/device/vault-kit.js';
import { withEnrolledHome } from '../../../apps/cli/src/home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../../../apps/cli/src/home/held-directory.js';
import { personOf, takeInVault, vaultPartsOf } from '../../../apps/cli/src/home/kept-vault.js';
import { openKeptSession } from '../../../apps/cli/src/home/signed-in.js';
import { STAGE_PASSPHRASE, type CommandStage } from './command-stage.js';

/** On the home of that name, one more recovery code opens the vault of its person. */
export async function changeWays(stage: CommandStage, who: string): Promise<void> {
  await cryptoReady();
  const terminal = {
    input: Readable.from([]),
    output: new PassThrough(),
    errors: new PassThrough(),
    environment: { ENLACE_PASSPHRASE: STAGE_PASSPHRASE },
  };
  const options = new Map([['home', stage.at(who)]]);
  const invocation = {
    options,
    argument: '',
    more: [],
    language: 'en',
    json: true,
    terminal,
  } as const;
  await withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const { directory } = replica;
    const { rootKey } = await takeInVault(home, { session, directory });
    const parts = vaultPartsOf(home, session, directory);
    const fetched = await fetchVault(parts);
    const { keys } = addRecoveryCode({ rootKey, wraps: fetched.wraps }, personOf(home));
    const vault = Vault.of(parts, home.profile.keys.signSeed, { rootKey, fetched });
    await vault.changeWays(keys.wraps);
  });
}
