import { Module } from '@nestjs/common';

import { DirectoryModule } from '../../directory/directory.module.js';
import { ClientEventsController } from './client-events.controller.js';
import { ClientEventsRepository } from './client-events.repository.js';
import { ClientEvents } from './client-events.service.js';

/** What everybody may say about, and see of, their own part of the record. */
@Module({
  imports: [DirectoryModule],
  controllers: [ClientEventsController],
  providers: [ClientEvents, ClientEventsRepository],
})
export class OwnRecordModule {}
