import { Module } from '@nestjs/common';

import { DirectoryModule } from '../../directory/directory.module.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsRepository } from './alerts.repository.js';
import { Alerts } from './alerts.service.js';
import { DetectionRounds } from './detection-rounds.js';
import { DetectionRepository } from './detection.repository.js';

/** What rules find in the record, and what becomes of it. */
@Module({
  imports: [DirectoryModule],
  controllers: [AlertsController],
  providers: [Alerts, AlertsRepository, DetectionRepository, DetectionRounds],
})
export class AlertsModule {}
