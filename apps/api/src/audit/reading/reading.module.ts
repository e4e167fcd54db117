import { Module } from '@nestjs/common';

import { AuditorsRepository } from '../auditors.repository.js';
import { EventReading } from './event-reading.repository.js';
import { ReadingRights } from './reading-rights.js';

/** The record as the session that asks may see it; every feature that reads events stands on it. */
@Module({
  providers: [AuditorsRepository, EventReading, ReadingRights],
  exports: [AuditorsRepository, EventReading, ReadingRights],
})
export class ReadingModule {}
