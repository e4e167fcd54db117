import { Module } from '@nestjs/common';

import { ReadingModule } from '../reading/reading.module.js';
import { SearchController } from './search.controller.js';
import { SearchRepository } from './search.repository.js';
import { AuditSearches } from './search.service.js';

/** Searching the record, and reading one event of it. */
@Module({
  imports: [ReadingModule],
  controllers: [SearchController],
  providers: [AuditSearches, SearchRepository],
  exports: [SearchRepository],
})
export class SearchModule {}
