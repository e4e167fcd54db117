import { Module } from '@nestjs/common';

import { DirectoryLog } from './directory-log.js';
import { DirectoryRepository } from './directory.repository.js';

/** The statements of all States, and what they add up to. */
@Module({
  providers: [DirectoryLog, DirectoryRepository],
  exports: [DirectoryLog],
})
export class DirectoryModule {}
