import { Controller, Get, Module } from '@nestjs/common';

import { Access, NotAudited } from '../../apps/api/src/platform/access/declarations.js';

const ACT_MS = 50;

@Controller('test')
class LeisurelyController {
  @Get('leisurely')
  @Access('directory.read')
  @NotAudited('a feature of the tests, in no build')
  async act(): Promise<{ done: true }> {
    await new Promise((resolve) => setTimeout(resolve, ACT_MS));
    return { done: true };
  }
}

/** An act under a session that takes its time, through which tests look at who has to wait for it. */
@Module({ controllers: [LeisurelyController] })
export class LeisurelyFeature {}
