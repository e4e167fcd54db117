import type { Clock, Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ServerConfig } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { CLOCK, CONFIG, RANDOM } from '../platform/tokens.js';
import { ATTACHMENT_STORE, type AttachmentStore } from './store/attachment-store.js';
import { Transfers } from './transfers.js';

/** What uploads are done with. */
@Injectable()
export class UploadPorts {
  constructor(
    @Inject(ATTACHMENT_STORE) readonly store: AttachmentStore,
    @Inject(CONFIG) readonly config: ServerConfig,
    @Inject(CLOCK) readonly clock: Clock,
    @Inject(RANDOM) readonly random: Random,
    readonly transfers: Transfers,
    readonly database: Database,
  ) {}
}
