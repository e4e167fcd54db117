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
import { KeptThreadsController } from './keeping/kept-threads.controller.js';
import { KeptThreadsRepository } from './keeping/kept-threads.repository.js';
import { KeptThreads } from './keeping/kept-threads.service.js';
import { TermRounds } from './keeping/term-rounds.js';
import { ThreadUses } from './keeping/thread-uses.service.js';
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
  controllers: [KeptThreadsController, ThreadsController],
  providers: [
    KeptThreads,
    KeptThreadsRepository,
    TermRounds,
    ThreadUses,
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
