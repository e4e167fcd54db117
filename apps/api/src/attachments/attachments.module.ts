import { Module } from '@nestjs/common';

import { attachmentsIn } from '../platform/backup/kept-files.js';
import type { ServerConfig } from '../platform/config/config.js';
import { CONFIG } from '../platform/tokens.js';
import { ThreadsModule } from '../threads/threads.module.js';
import { ATTACHMENT_STORE } from './store/attachment-store.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { CleaningRounds } from './cleaning-rounds.js';
import { DiskStore } from './store/disk-store.js';
import { S3Store } from './store/s3-store.js';
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
      useFactory: async (config: ServerConfig) => {
        const { s3 } = config.attachments;
        if (s3 === null) return new DiskStore(attachmentsIn(config));
        // The client of S3 is large, and most servers have no bucket.
        const { S3Bucket } = await import('./store/s3-bucket.js');
        return new S3Store(new S3Bucket(s3));
      },
      inject: [CONFIG],
    },
  ],
})
export class AttachmentsModule {}
