import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { PeopleModule } from '../people/people.module.js';
import { AuthoritiesController } from './authorities.controller.js';
import { Authorities } from './authorities.service.js';
import { FallenSessions } from './fallen-sessions.js';
import { FoundingController } from './founding.controller.js';
import { Registrars } from './registrars.service.js';

/** What States say about themselves, from their first word on. */
@Module({
  imports: [DirectoryModule, PeopleModule],
  controllers: [AuthoritiesController, FoundingController],
  providers: [Authorities, FallenSessions, Registrars],
})
export class AuthoritiesModule {}
