import { Module } from '@nestjs/common';

import { ReleasedClient } from './released-client.service.js';
import { ReleasesController } from './releases.controller.js';
import { ReleasesRepository } from './releases.repository.js';
import { Releases } from './releases.service.js';

/** Which browser client this deployment delivers, by whose signatures, and under which event of the log. */
@Module({
  controllers: [ReleasesController],
  providers: [Releases, ReleasesRepository, ReleasedClient],
})
export class ReleasesModule {}
