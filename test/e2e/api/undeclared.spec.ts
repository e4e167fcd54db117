import { expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';

import { startServer } from '../../support/api-server.js';

@Controller('planted')
class PlantedController {
  @Get()
  undeclared(): void {}
}

@Module({ controllers: [PlantedController] })
class PlantedFeature {}

it('a server with a handler that does not declare itself does not start', async () => {
  await expect(startServer({}, { forTestsOnlyFeatures: [PlantedFeature] })).rejects.toMatchObject({
    name: 'StartupRefusal',
    reasons: [
      'PlantedController.undeclared (GET /planted) declares neither @Access(action) nor @Public()',
      'PlantedController.undeclared (GET /planted) declares neither @Audited(...types) nor @NotAudited(reason)',
    ],
  });
});
