import { Module } from '@nestjs/common';

import { CasesModule } from '../cases/cases.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { AppendRows } from './append-rows.js';
import { Appends } from './appends.service.js';
import { BlobsRepository } from './blobs.repository.js';
import { Blobs } from './blobs.service.js';
import { EntriesRepository } from './entries.repository.js';
import { DeedEvents } from './events/deed-events.js';
import { EntryEvents } from './events/entry-events.js';
import { OpeningRows, Openings } from './openings.service.js';
import { BeaconsRepository } from './reading/beacons.repository.js';
import { Beacons } from './reading/beacons.service.js';
import { EntryPages, PageRows } from './reading/entry-pages.service.js';
import { Repeats } from './repeats.js';
import { ThreadRates } from './thread-rates.js';
import { ThreadsController } from './threads.controller.js';
import { ThreadsRepository } from './threads.repository.js';
import { Threads } from './threads.service.js';

@Module({
  imports: [CasesModule, DirectoryModule],
  controllers: [ThreadsController],
  providers: [
    AppendRows,
    Appends,
    Beacons,
    BeaconsRepository,
    Blobs,
    BlobsRepository,
    DeedEvents,
    EntriesRepository,
    EntryEvents,
    EntryPages,
    OpeningRows,
    Openings,
    PageRows,
    Repeats,
    ThreadRates,
    Threads,
    ThreadsRepository,
  ],
  exports: [Appends, Beacons, Threads],
})
export class ThreadsModule {}
