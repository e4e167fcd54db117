import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { ErasuresModule } from './erasure/erasures.module.js';
import { BroughtCosignatures } from './brought-cosignatures.service.js';
import { CosignaturesController } from './cosignatures.controller.js';
import { GrantsModule } from './grants/grants.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { IssuedTokens } from './issued-tokens.service.js';
import { WitnessTokensController } from './witness-tokens.controller.js';
import { LogsController } from './logs.controller.js';
import { LogReading } from './log-reading.service.js';
import { Mirrors } from './mirrors.service.js';
import { MirrorsController } from './mirrors.controller.js';
import { ManifestsModule } from './manifests/manifests.module.js';
import { OwnRecordModule } from './own/own.module.js';
import { ReadingModule } from './reading/reading.module.js';
import { SearchModule } from './search/search.module.js';
import { Timestamps } from './timestamps.service.js';
import { TimestampsController } from './timestamps.controller.js';
import { ViewsModule } from './views/views.module.js';

/** The reading side of the logs: tiles for everybody who may check them, entries for auditors. */
@Module({
  imports: [
    AlertsModule,
    DirectoryModule,
    ErasuresModule,
    ExportsModule,
    GrantsModule,
    ManifestsModule,
    OwnRecordModule,
    ReadingModule,
    SearchModule,
    ViewsModule,
  ],
  controllers: [
    CosignaturesController,
    LogsController,
    MirrorsController,
    TimestampsController,
    WitnessTokensController,
  ],
  providers: [BroughtCosignatures, IssuedTokens, LogReading, Mirrors, Timestamps],
})
export class AuditModule {}
