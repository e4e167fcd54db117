import { Module } from '@nestjs/common';

import { EventReading } from './event-reading.repository.js';

/** The record as the session that asks may see it; every feature that reads events stands on it. */
@Module({ providers: [EventReading], exports: [EventReading] })
export class ReadingModule {}
