import { Module } from '@nestjs/common';

import { DirectoryModule } from '../../directory/directory.module.js';
import { ThreadsModule } from '../../threads/threads.module.js';
import { ReadingModule } from '../reading/reading.module.js';
import { ClientEventsController } from './client-events.controller.js';
import { ClientEventsRepository } from './client-events.repository.js';
import { LogProofs } from '../../platform/logs/log-proofs.js';
import { ClientEvents } from './client-events.service.js';
import { OwnRecordController } from './own-record.controller.js';
import { OwnRecordRepository } from './own-record.repository.js';
import { OwnRecord } from './own-record.service.js';
import { ShownStatements } from './shown-statements.service.js';
import { StatedEvents } from './stated-events.service.js';

/** What everybody may say about, and see of, their own part of the record. */
@Module({
  imports: [DirectoryModule, ReadingModule, ThreadsModule],
  controllers: [ClientEventsController, OwnRecordController],
  providers: [
    ClientEvents,
    ClientEventsRepository,
    LogProofs,
    OwnRecord,
    OwnRecordRepository,
    ShownStatements,
    StatedEvents,
  ],
})
export class OwnRecordModule {}
