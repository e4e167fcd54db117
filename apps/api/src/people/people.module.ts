import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { ActivationController } from './activation.controller.js';
import { Activation } from './activation.service.js';
import { Certificates } from './certificates.service.js';
import { ClaimsController } from './claims.controller.js';
import { Claims } from './claims.service.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { Invitations } from './invitations.service.js';
import { OpenInvitations } from './open-invitations.service.js';

/** How a State makes somebody a person of this platform. */
@Module({
  imports: [DirectoryModule],
  controllers: [ActivationController, ClaimsController, InvitationsController],
  providers: [
    Activation,
    Certificates,
    Claims,
    Invitations,
    InvitationsRepository,
    OpenInvitations,
  ],
  exports: [Certificates, Invitations],
})
export class PeopleModule {}
