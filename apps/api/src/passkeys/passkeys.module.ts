import { Module } from '@nestjs/common';

import { ChallengesModule } from '../challenges/challenges.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { PasskeyAssertions } from './passkey-assertions.service.js';
import { Passkeys } from './passkeys.service.js';
import { PasskeysRepository } from './passkeys.repository.js';

/** What the server knows of passkeys: how one was made, whose it is, and what it signed. */
@Module({
  imports: [ChallengesModule, DirectoryModule],
  providers: [PasskeyAssertions, Passkeys, PasskeysRepository],
  exports: [PasskeyAssertions, Passkeys],
})
export class PasskeysModule {}
