import { Module } from '@nestjs/common';

import { DirectoryModule } from '../../directory/directory.module.js';
import { ErasuresController } from './erasures.controller.js';
import { ErasuresRepository } from './erasures.repository.js';
import { Erasures } from './erasures.service.js';
import { RetentionRounds } from './retention-rounds.js';

/** What is erased of the record: by two persons of a State, and by its retention. */
@Module({
  imports: [DirectoryModule],
  controllers: [ErasuresController],
  providers: [Erasures, ErasuresRepository, RetentionRounds],
})
export class ErasuresModule {}
