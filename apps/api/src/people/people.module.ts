import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { Certificates } from './certificates.service.js';
import { ClaimedDevices } from './claimed-devices.service.js';
import { ClaimsController } from './claims.controller.js';
import { Claims } from './claims.service.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { Invitations } from './invitations.service.js';
import { OpenInvitations } from './open-invitations.service.js';
import { PeopleController } from './people.controller.js';
import { People } from './people.service.js';
import { ReentryCodes } from './reentry/reentry-codes.service.js';
import { ReentryController } from './reentry/reentry.controller.js';
import { ReentryRepository } from './reentry/reentry.repository.js';
import { Reentries } from './reentry/reentry.service.js';
import { Renewal } from './renewal.service.js';
import { StandingRepository } from './standing.repository.js';
import { Standing } from './standing.service.js';

/** How a State makes somebody a person of this platform. */
@Module({
  imports: [DirectoryModule, PasskeysModule],
  controllers: [ClaimsController, InvitationsController, PeopleController, ReentryController],
  providers: [
    Certificates,
    ClaimedDevices,
    Claims,
    Invitations,
    InvitationsRepository,
    OpenInvitations,
    People,
    Reentries,
    ReentryCodes,
    ReentryRepository,
    Renewal,
    Standing,
    StandingRepository,
  ],
  exports: [Certificates, Invitations, People, ReentryCodes],
})
export class PeopleModule {}
