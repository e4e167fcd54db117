import { Module } from '@nestjs/common';

import { AuditorsRepository } from './auditors.repository.js';
import { LogsController } from './logs.controller.js';
import { LogReading } from './log-reading.service.js';
import { Mirrors } from './mirrors.service.js';
import { MirrorsController } from './mirrors.controller.js';

/** The reading side of the logs: tiles for everybody who may check them, entries for auditors. */
@Module({
  controllers: [LogsController, MirrorsController],
  providers: [AuditorsRepository, LogReading, Mirrors],
})
export class AuditModule {}
