import { Module } from '@nestjs/common';

import { Challenges } from './challenges.service.js';
import { ChallengesRepository } from './challenges.repository.js';

@Module({ providers: [Challenges, ChallengesRepository], exports: [Challenges] })
export class ChallengesModule {}
