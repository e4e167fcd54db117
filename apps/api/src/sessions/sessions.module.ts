import { Module } from '@nestjs/common';

import { ChallengesModule } from '../challenges/challenges.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { PeopleModule } from '../people/people.module.js';
import { DeclarationsController } from './declarations/declarations.controller.js';
import { DeclarationsRepository } from './declarations/declarations.repository.js';
import { Declarations } from './declarations/declarations.service.js';
import { RecoveryEvidence } from './recovery/recovery-evidence.js';
import { Recoveries } from './recovery/recovery.service.js';
import { SessionMint } from './session-mint.js';
import { SessionOpenings } from './session-openings.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { Sessions } from './sessions.service.js';
import { SessionsGateway } from './sessions.gateway.js';
import { SocketEndings } from './socket-endings.service.js';
import { SocketSessions } from './socket-sessions.service.js';
import { SignInEvidence } from './sign-in/sign-in-evidence.js';
import { SignIns } from './sign-in/sign-in.service.js';
import { StepUpsController } from './step-ups.controller.js';
import { StepUps } from './step-ups.service.js';

@Module({
  imports: [ChallengesModule, DirectoryModule, PasskeysModule, PeopleModule],
  controllers: [DeclarationsController, SessionsController, StepUpsController],
  providers: [
    Declarations,
    DeclarationsRepository,
    Recoveries,
    RecoveryEvidence,
    SessionMint,
    SessionOpenings,
    Sessions,
    SessionsGateway,
    SessionsRepository,
    SignInEvidence,
    SignIns,
    SocketEndings,
    SocketSessions,
    StepUps,
  ],
})
export class SessionsModule {}
