import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { VaultController } from './vault.controller.js';
import { VaultRepository } from './vault.repository.js';
import { Vaults } from './vault.service.js';

@Module({
  imports: [DirectoryModule],
  controllers: [VaultController],
  providers: [VaultRepository, Vaults],
})
export class VaultModule {}
