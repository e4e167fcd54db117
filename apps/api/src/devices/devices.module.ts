import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { DeviceCertificates } from './device-certificates.service.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { Devices } from './devices.service.js';

@Module({
  imports: [DirectoryModule, PasskeysModule],
  controllers: [DevicesController],
  providers: [DeviceCertificates, Devices, DevicesRepository],
})
export class DevicesModule {}
