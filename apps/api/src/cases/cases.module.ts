import { Module } from '@nestjs/common';

import { CasesController } from './cases.controller.js';
import { CasesRepository } from './cases.repository.js';
import { Cases } from './cases.service.js';

@Module({
  controllers: [CasesController],
  providers: [CasesRepository, Cases],
  exports: [Cases],
})
export class CasesModule {}
