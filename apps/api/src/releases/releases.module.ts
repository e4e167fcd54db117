import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { ReleasePlaces } from './release-places.service.js';
import { ReleasedClient } from './released-client.service.js';
import { ReleasesController } from './releases.controller.js';
import { ReleasesRepository } from './releases.repository.js';
import { Releases } from './releases.service.js';

/** Which browser client this deployment delivers, by whose signatures, and under which event of the log. */
@Module({
  imports: [DirectoryModule],
  controllers: [ReleasesController],
  providers: [Releases, ReleasesRepository, ReleasedClient, ReleasePlaces],
})
export class ReleasesModule {}
