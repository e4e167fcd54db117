import { Module } from '@nestjs/common';

import { NextLogs } from '../platform/sequencer/next-logs.js';
import { WitnessList } from '../platform/witnesses/witness-list.js';
import { AnnouncedKeys } from './announced-keys.service.js';
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
import { FactsController } from './facts/facts.controller.js';
import { Facts } from './facts/facts.service.js';
import { LogKeyStatements } from './log-key-statements.service.js';
import { StatedWitnesses } from './stated-witnesses.js';
import { StatementActs } from './statement-acts.js';

/** The statements of all States, and what they add up to. */
@Module({
  controllers: [
    CardErasuresController,
    ConsultationsController,
    ContactsController,
    DirectoryController,
    FactsController,
  ],
  providers: [
    AnnouncedKeys,
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
    Facts,
    LogKeyStatements,
    StatementActs,
    { provide: NextLogs, useExisting: AnnouncedKeys },
    { provide: WitnessList, useClass: StatedWitnesses },
  ],
  exports: [AnnouncedKeys, DirectoryLog, NextLogs, StatementActs, WitnessList],
})
export class DirectoryModule {}
