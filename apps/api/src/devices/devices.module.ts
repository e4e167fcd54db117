import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { Devices } from './devices.service.js';

@Module({
  imports: [DirectoryModule],
  controllers: [DevicesController],
  providers: [Devices, DevicesRepository],
})
export class DevicesModule {}
