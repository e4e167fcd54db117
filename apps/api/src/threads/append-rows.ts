import { Injectable } from '@nestjs/common';

import { BlobsRepository } from './blobs.repository.js';
import { EntriesRepository } from './entries.repository.js';
import { EntryEvents } from './events/entry-events.js';
import { Repeats } from './repeats.js';
import { ThreadRates } from './thread-rates.js';

/** What an append reads, writes and counts besides the thread itself. */
@Injectable()
export class AppendRows {
  constructor(
    readonly entries: EntriesRepository,
    readonly blobs: BlobsRepository,
    readonly events: EntryEvents,
    readonly rates: ThreadRates,
    readonly repeats: Repeats,
  ) {}
}
