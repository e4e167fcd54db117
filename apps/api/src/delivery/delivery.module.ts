import { Module } from '@nestjs/common';

import { ThreadsModule } from '../threads/threads.module.js';
import { DeliveryGateway } from './delivery.gateway.js';
import { DeliveryLoop } from './delivery-loop.service.js';
import { DeliveryRepository } from './delivery.repository.js';
import { ReceivedEntries } from './received-entries.service.js';
import { Relay } from './relay.service.js';

/** Committed entries to the sockets of their recipients. */
@Module({
  imports: [ThreadsModule],
  providers: [DeliveryGateway, DeliveryLoop, DeliveryRepository, ReceivedEntries, Relay],
})
export class DeliveryModule {}
