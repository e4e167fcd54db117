import { Module } from '@nestjs/common';

import { DirectoryModule } from '../../directory/directory.module.js';
import { ReadingModule } from '../reading/reading.module.js';
import { SearchModule } from '../search/search.module.js';
import { Integrity } from './integrity.service.js';
import { IntegrityRepository } from './integrity.repository.js';
import { ViewsController } from './views.controller.js';
import { AuditViews } from './views.service.js';

/** The questions of auditors, and whether the logs are whole. */
@Module({
  imports: [DirectoryModule, ReadingModule, SearchModule],
  controllers: [ViewsController],
  providers: [AuditViews, Integrity, IntegrityRepository],
})
export class ViewsModule {}
