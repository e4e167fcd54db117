import { join } from 'node:path';

import { Module } from '@nestjs/common';

import type { ServerConfig } from '../platform/config/config.js';
import { CONFIG } from '../platform/tokens.js';
import { ThreadsModule } from '../threads/threads.module.js';
import { ATTACHMENT_STORE } from './attachment-store.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { CleaningRounds } from './cleaning-rounds.js';
import { DiskStore } from './disk-store.js';
import { DownloadPorts, Downloads } from './downloads.service.js';
import { Transfers } from './transfers.js';
import { UploadPorts } from './upload-ports.js';
import { Uploads } from './uploads.service.js';

@Module({
  imports: [ThreadsModule],
  controllers: [AttachmentsController],
  providers: [
    AttachmentsRepository,
    CleaningRounds,
    DownloadPorts,
    Downloads,
    Transfers,
    UploadPorts,
    Uploads,
    {
      provide: ATTACHMENT_STORE,
      useFactory: ({ attachments, dataDir }: ServerConfig) =>
        new DiskStore(attachments.folder ?? join(dataDir, 'attachments')),
      inject: [CONFIG],
    },
  ],
})
export class AttachmentsModule {}
