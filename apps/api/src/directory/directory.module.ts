import { Module } from '@nestjs/common';

import { WitnessList } from '../platform/witnesses/witness-list.js';
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
  controllers: [ContactsController, DirectoryController],
  providers: [
    Contacts,
    ContactsRepository,
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
