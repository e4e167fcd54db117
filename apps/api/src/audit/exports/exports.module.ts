import { Module } from '@nestjs/common';

import { ReadingModule } from '../reading/reading.module.js';
import { SearchRepository } from '../search/search.repository.js';
import { ExportApprovals } from './export-approvals.service.js';
import { ExportSelection } from './export-selection.service.js';
import { ExportsController } from './exports.controller.js';
import { ExportsRepository } from './exports.repository.js';
import { Exports } from './exports.service.js';
import { EventProofs } from './proofs.service.js';

/** Exports of the record, and proofs for single events. */
@Module({
  imports: [ReadingModule],
  controllers: [ExportsController],
  providers: [
    EventProofs,
    ExportApprovals,
    Exports,
    ExportSelection,
    ExportsRepository,
    SearchRepository,
  ],
})
export class ExportsModule {}
