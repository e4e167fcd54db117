import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { CaseChangesController } from './case-changes.controller.js';
import { CaseChangesRepository } from './case-changes.repository.js';
import { CaseChanges } from './case-changes.service.js';
import { CaseHolds } from './case-holds.service.js';
import { CaseLivesController } from './case-lives.controller.js';
import { CaseLivesRepository } from './case-lives.repository.js';
import { CaseLives } from './case-lives.service.js';
import { CasesController } from './cases.controller.js';
import { CasesRepository } from './cases.repository.js';
import { Cases } from './cases.service.js';

@Module({
  imports: [DirectoryModule],
  controllers: [CasesController, CaseLivesController, CaseChangesController],
  providers: [
    CasesRepository,
    Cases,
    CaseLivesRepository,
    CaseLives,
    CaseHolds,
    CaseChangesRepository,
    CaseChanges,
  ],
  exports: [Cases],
})
export class CasesModule {}
