import { Module } from '@nestjs/common';

import { DirectoryModule } from '../directory/directory.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { DeviceCertificates } from './device-certificates.service.js';
import { DevicesController } from './devices.controller.js';
import { DevicesRepository } from './devices.repository.js';
import { Devices } from './devices.service.js';
import { DeviceLinksController } from './links/device-links.controller.js';
import { DeviceLinksRepository } from './links/device-links.repository.js';
import { DeviceLinks } from './links/device-links.service.js';

@Module({
  imports: [DirectoryModule, PasskeysModule],
  controllers: [DeviceLinksController, DevicesController],
  providers: [DeviceCertificates, DeviceLinks, DeviceLinksRepository, Devices, DevicesRepository],
})
export class DevicesModule {}
