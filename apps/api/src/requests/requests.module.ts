import { Module } from '@nestjs/common';

import { RequestsController } from './requests.controller.js';
import { RequestsRepository } from './requests.repository.js';
import { Requests } from './requests.service.js';

@Module({
  controllers: [RequestsController],
  providers: [RequestsRepository, Requests],
})
export class RequestsModule {}
