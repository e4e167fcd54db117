import { Module } from '@nestjs/common';

import { ReadingModule } from '../reading/reading.module.js';
import { CaseGrantsController } from './case-grants.controller.js';
import { CaseGrantsRepository } from './case-grants.repository.js';
import { CaseGrants } from './case-grants.service.js';
import { DisclosuresController } from './disclosures.controller.js';
import { DisclosuresRepository } from './disclosures.repository.js';
import { Disclosures } from './disclosures.service.js';

/** What two persons of a State open to the auditors of another one: a case, or sections of chosen events. */
@Module({
  imports: [ReadingModule],
  controllers: [CaseGrantsController, DisclosuresController],
  providers: [CaseGrants, CaseGrantsRepository, Disclosures, DisclosuresRepository],
})
export class GrantsModule {}
