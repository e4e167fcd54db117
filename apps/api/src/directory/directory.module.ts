import { Module } from '@nestjs/common';

import { WitnessList } from '../platform/witnesses/witness-list.js';
import { CardErasuresController } from './consultation/card-erasures.controller.js';
import { CardErasuresRepository } from './consultation/card-erasures.repository.js';
import { CardErasures } from './consultation/card-erasures.service.js';
import { ConsultationsController } from './consultation/consultations.controller.js';
import { ConsultationsRepository } from './consultation/consultations.repository.js';
import { Consultations } from './consultation/consultations.service.js';
import { InstitutionsExport } from './consultation/institutions.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsRepository } from './contacts.repository.js';
import { Contacts } from './contacts.service.js';
import { DirectoryLog } from './directory-log.js';
import { DirectoryNews } from './directory-news.service.js';
import { DirectoryController } from './directory.controller.js';
import { DirectoryRepository } from './directory.repository.js';
import { DirectoryReading } from './directory.service.js';
import { StatedWitnesses } from './stated-witnesses.js';
import { StatementActs } from './statement-acts.js';

/** The statements of all States, and what they add up to. */
@Module({
  controllers: [
    CardErasuresController,
    ConsultationsController,
    ContactsController,
    DirectoryController,
  ],
  providers: [
    CardErasures,
    CardErasuresRepository,
    Consultations,
    ConsultationsRepository,
    Contacts,
    ContactsRepository,
    InstitutionsExport,
    DirectoryLog,
    DirectoryNews,
    DirectoryReading,
    DirectoryRepository,
    StatementActs,
    { provide: WitnessList, useClass: StatedWitnesses },
  ],
  exports: [DirectoryLog, StatementActs, WitnessList],
})
export class DirectoryModule {}
