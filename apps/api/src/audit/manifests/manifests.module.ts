import { Module } from '@nestjs/common';

import { ReadingModule } from '../reading/reading.module.js';
import { ManifestEvents } from './manifest-events.repository.js';
import { ManifestReading } from './manifest-reading.service.js';
import { ManifestsController } from './manifests.controller.js';

/** Whether everything that concerns a State is in the log: its auditors compute it. */
@Module({
  imports: [ReadingModule],
  controllers: [ManifestsController],
  providers: [ManifestEvents, ManifestReading],
})
export class ManifestsModule {}
