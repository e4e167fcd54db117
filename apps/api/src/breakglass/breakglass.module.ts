import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { BreakGlassRounds } from './breakglass-rounds.service.js';
import { LossRulings } from '../platform/sequencer/loss-rulings.js';
import { BreakGlassController } from './breakglass.controller.js';
import { BreakGlassRepository } from './breakglass.repository.js';
import { BreakGlassActs } from './breakglass.service.js';
import { DecidedLosses } from './decided-losses.js';

/** What several States do together so that the platform is there. None of it opens content. */
@Module({
  imports: [DirectoryModule],
  controllers: [BreakGlassController],
  providers: [
    BreakGlassActs,
    BreakGlassRepository,
    BreakGlassRounds,
    DecidedLosses,
    { provide: LossRulings, useExisting: DecidedLosses },
  ],
  exports: [LossRulings],
})
export class BreakGlassModule {}
